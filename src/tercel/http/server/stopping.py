"""What is different once the process was told to stop: it is not ready, and asks clients to take their connections away.

The server puts an event under ``stopping`` into the state of each request (``cli.serving.graceful``); other servers, such as
those of tests, need not.
"""

from __future__ import annotations

import asyncio
from typing import Any

from tercel.http.server.answer import plain_failure
from tercel.http.server.asgi import (
    ASGIApp,
    Message,
    Receive,
    Send,
)

_CLOSE = (b"connection", b"close")
_GIVEN_UP = "the server stopped before this was answered: repeat it with the same Idempotency-Key"


class Stopping:
    """Surrounds the application from the first request to the last."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        stopping = scope.get("state", {}).get("stopping")
        if stopping is None:
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def send_last(message: Message) -> None:
            nonlocal has_begun
            # Because: it may have been told while the request was under way.
            if message["type"] == "http.response.start":
                has_begun = True
                if stopping.is_set():
                    message["headers"] = [*message["headers"], _CLOSE]
            await send(message)

        if stopping.is_set() and scope["path"] == "/readyz":
            answer = plain_failure(503, "this process is stopping: ask another one")
            await answer(scope, receive, send_last)
            return
        try:
            await self._app(scope, receive, send_last)
        except asyncio.CancelledError:
            if has_begun or not stopping.is_set():
                raise
            # The time to stop is over; what the request changed may have been kept or not.
            await plain_failure(503, _GIVEN_UP, {"Retry-After": "1"})(scope, receive, send_last)
