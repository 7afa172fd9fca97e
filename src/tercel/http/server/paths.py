"""Paths with encoded slashes: identifiers that callers choose may contain one.

Routers work on the decoded path, where ``/customer_sessions/a%2Fb`` has one segment too many. So the path is decoded here,
with a NUL character in place of each encoded slash: no path can have a real one, since ``%00`` is refused.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from tercel.http.server.answer import plain_failure
from tercel.http.server.asgi import (
    ASGIApp,
    Receive,
    Scope,
    Send,
)

_ENCODED_SLASH = re.compile(rb"%2[fF]")
_PLACEHOLDER = "\0"


class RawPaths:
    """Decodes the paths of requests before they are routed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                scope["path"] = decode(scope["raw_path"])
            except ValueError as error:
                answer = plain_failure(400, f"the path cannot be read: {error}")
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def decode(raw: bytes) -> str:
    """Decode a path, with placeholders for its encoded slashes.

    >>> decode(b"/v2/customer_sessions/a%2Fb%20c")
    '/v2/customer_sessions/a\\x00b c'

    Raises:
        ValueError: it is not UTF-8, or has a NUL character.
    """
    if b"%" not in raw:
        return raw.decode()
    if b"%00" in raw or b"\0" in raw:
        raise ValueError("NUL characters are not allowed")
    return _PLACEHOLDER.join(unquote_to_bytes(part).decode() for part in _ENCODED_SLASH.split(raw))


def restore(parameter: str) -> str:
    """Return a path parameter with its slashes."""
    return parameter.replace(_PLACEHOLDER, "/")
