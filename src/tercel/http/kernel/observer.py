"""What is known about each request: an id, one log line, counts and durations, a span. Never keys, never bodies."""

from __future__ import annotations

import logging
import re
from time import perf_counter

import structlog
from opentelemetry.trace import Span

from tercel.http.kernel.headers import by_name
from tercel.http.kernel.traces import finish, is_to_trace, request_span
from tercel.http.server.asgi import (
    ASGIApp,
    Message,
    Receive,
    Scope,
    Send,
)
from tercel.http.server.pressure import ALWAYS_ANSWERED
from tercel.http.server.request_ids import new_request_id
from tercel.telemetry.metrics.requests import observe
from tercel.telemetry.origin import REQUEST_ID

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_UNROUTED = "none"


class Observer:
    """Gives requests an id, tells it in the answer, logs and counts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = structlog.get_logger(
            "tercel.http"
        ).bind()  # once: it costs more than to ask for the level

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = by_name(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        state = scope.setdefault("state", {})
        state["headers"] = headers
        state["request_id"] = request_id
        REQUEST_ID.set(request_id)
        if is_to_trace(scope):
            with request_span(scope, request_id) as span:
                await self._observe(scope, receive, send, span)
        else:
            await self._observe(scope, receive, send, None)

    async def _observe(self, scope: Scope, receive: Receive, send: Send, span: Span | None) -> None:
        request_id = scope["state"]["request_id"].encode()
        status = 0

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        started = perf_counter()
        try:
            await self._app(scope, receive, send_observed)
        finally:
            self._tell(scope, span, status, perf_counter() - started)

    def _tell(self, scope: Scope, span: Span | None, status: int, seconds: float) -> None:
        operation = scope["state"].get("operation")
        if span is not None:
            finish(span, operation, status)
        observe(operation.id if operation else _UNROUTED, status, seconds)
        # Because: supervisors ask every few seconds, and their lines would bury all others.
        level = logging.DEBUG if scope["path"] in ALWAYS_ANSWERED else logging.INFO
        if self._log.is_enabled_for(level):
            self._log.log(
                level,
                "request",
                method=scope["method"],
                route=operation.path if operation else _UNROUTED,
                status=status,
                duration_ms=round(seconds * 1000, 2),
            )


def _request_id(given: bytes | None) -> str:
    """Return the caller's id for the request if it is harmless, else a new one."""
    if given and _REQUEST_ID.fullmatch(given):
        return given.decode()
    return new_request_id()
