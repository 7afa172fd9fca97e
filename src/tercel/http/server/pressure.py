"""Back-pressure: beyond a number of waiting requests the honest answer is "later" (503), at once.

Queues that grow without end do not help: every client would wait until it gives up. Questions about the state of the
server are always answered.
"""

from __future__ import annotations

import asyncio

from tercel.base.limits import REQUESTS_WAITING_MAX
from tercel.http.server.answer import plain_failure
from tercel.http.server.asgi import (
    ASGIApp,
    Receive,
    Scope,
    Send,
)
from tercel.telemetry.metrics.requests import IN_FLIGHT

ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})


class Pressure:
    """Counts the requests in flight and turns those beyond the limit away."""

    def __init__(self, app: ASGIApp, limit: int = REQUESTS_WAITING_MAX) -> None:
        self._app = app
        self._limit = limit
        self._in_flight = 0
        self._will_tell = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ALWAYS_ANSWERED:
            await self._app(scope, receive, send)
            return
        if self._in_flight >= self._limit:
            answer = plain_failure(503, "too many requests are waiting: try again", {"Retry-After": "1"})
            await answer(scope, receive, send)
            return
        self._in_flight += 1
        self._tell_soon()
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight -= 1
            self._tell_soon()

    def _tell_soon(self) -> None:
        """Write the gauge once for all requests that come and go at one moment: it lies in a file that processes share."""
        if not self._will_tell:
            self._will_tell = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._will_tell = False
        IN_FLIGHT.set(self._in_flight)
