"""An answer on its way out: status, headers, bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tercel.base.errors import TercelError
from tercel.http.server.asgi import Receive, Scope, Send
from tercel.http.server.errors import (
    error_body,
    headers_of,
    plain_body,
    status_of,
)

_JSON = "application/json"
#: Answers hold customers' data and keys: no cache may keep them, no browser may take them for something else. An answer that
#: is the same for every caller may say itself how long it is good.
PROTECTION = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PROTECTION = [(name.lower().encode(), value.encode()) for name, value in PROTECTION.items()]
_PROTECTION_OF_KEPT = _PROTECTION[1:]


@dataclass(slots=True)
class Answer:
    """An ASGI application that sends one answer."""

    status: int
    content: bytes = b""
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        protection = _PROTECTION_OF_KEPT if "Cache-Control" in self.headers else _PROTECTION
        headers = [(b"content-length", str(len(self.content)).encode()), *protection]
        if self.content:
            headers.append((b"content-type", self.content_type.encode()))
        headers.extend((name.lower().encode(), value.encode()) for name, value in self.headers.items())
        if self.status == 204:
            del headers[0]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content, "more_body": False})


def failure(error: TercelError) -> Answer:
    """Make the answer to an expected failure."""
    return Answer(status_of(error), error_body(error), headers=headers_of(error))


def plain_failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Make the answer to a failure that has only a message."""
    return Answer(status, plain_body(status, message), headers=headers or {})
