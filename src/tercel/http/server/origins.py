"""Pages of other origins: whom the operator names may call from a browser, with a key that the page has (CORS).

Never with credentials: no browser may add cookies or certificates of its user. Without the setting nothing here runs.
"""

from __future__ import annotations

from tercel.http.server.answer import Answer
from tercel.http.server.asgi import (
    ASGIApp,
    Message,
    Receive,
    Scope,
    Send,
)
from tercel.http.server.pressure import ALWAYS_ANSWERED

ANY = "*"
_METHODS = "GET, POST, PUT, PATCH, DELETE"
_SENT = "Authorization, Content-Type, Accept, Cache-Control, Idempotency-Key, X-Request-Id, X-Requested-With"
_SHOWN = "Allow, Retry-After, X-Request-Id, X-Tercel-Ignored"
_REMEMBERED_S = 7_200
"""For which a browser need not ask again: the most that all of them allow."""


class OtherOrigins:
    """Answers the questions of browsers, and marks every answer to a page of an allowed origin."""

    def __init__(self, app: ASGIApp, allowed: str) -> None:
        self._app = app
        self._allowed = frozenset(allowed.split(","))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = self._allowed_origin(scope)
        if origin is None:
            await self._app(scope, receive, send)
            return
        marks = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in scope["state"]["headers"]:
            allowed = {"Access-Control-Allow-Methods": _METHODS, "Access-Control-Allow-Headers": _SENT}
            allowed["Access-Control-Max-Age"] = str(_REMEMBERED_S)
            await Answer(204, headers=marks | allowed)(scope, receive, send)
            return
        marks["Access-Control-Expose-Headers"] = _SHOWN
        added = [(name.lower().encode(), value.encode()) for name, value in marks.items()]

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_marked)

    def _allowed_origin(self, scope: Scope) -> str | None:
        """Return the origin to name in the answer; None for a request that no page of an allowed origin made."""
        if scope["type"] != "http" or scope["path"] in ALWAYS_ANSWERED:
            return None
        origin: str = scope["state"]["headers"].get(b"origin", b"").decode("latin-1")
        if not origin:
            return None
        if ANY in self._allowed:
            return ANY
        return origin if origin in self._allowed else None
