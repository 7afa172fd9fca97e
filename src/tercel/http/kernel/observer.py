"""What is known about each request: an id, one log line, counts and durations, a span. Never keys, never bodies."""

from __future__ import annotations

import re
import secrets
from time import perf_counter
from typing import Any

import structlog
from litestar.types import ASGIApp, Message, Receive, Send
from opentelemetry.trace import Span

from tercel.http.kernel.headers import header
from tercel.http.kernel.metrics import observe
from tercel.http.kernel.traces import finish, request_span
from tercel.pipeline.origin import REQUEST_ID

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_UNROUTED = "none"
_log = structlog.get_logger("tercel.http")


class Observer:
    """Gives requests an id, tells it in the answer, logs and counts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(header(scope["headers"], b"x-request-id"))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        REQUEST_ID.set(request_id)
        status = 0

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        started = perf_counter()
        with request_span(scope, request_id) as span:
            try:
                await self._app(scope, receive, send_observed)
            finally:
                _tell(scope, span, status, perf_counter() - started)


def _tell(scope: Any, span: Span | None, status: int, seconds: float) -> None:
    operation = scope["state"].get("operation")
    if span is not None:
        finish(span, operation, status)
    observe(operation.id if operation else _UNROUTED, status, seconds)
    _log.info(
        "request",
        method=scope["method"],
        route=operation.path if operation else _UNROUTED,
        status=status,
        duration_ms=round(seconds * 1000, 2),
    )


def _request_id(given: str) -> str:
    """The caller's id for the request where it is harmless, else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
