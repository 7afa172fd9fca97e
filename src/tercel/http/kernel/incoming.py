"""The body of a request as it arrives."""

from __future__ import annotations

from codecs import BOM_UTF8

from tercel.base.errors import InvalidError, TooLargeError
from tercel.http.decoding.skeleton import Bytes
from tercel.http.kernel.headers import Headers, header
from tercel.http.kernel.room import SMALL_BYTES, Share
from tercel.http.server.asgi import Receive


async def read_body(headers: Headers, receive: Receive, most: int, share: Share) -> Bytes:
    """Read the whole body without its byte-order mark; count large ones in their share of the room for bodies.

    Reading ends as soon as the body has too many bytes.

    Raises:
        TooLargeError: the body has, or says it has, more than ``most`` bytes.
        UnavailableError: there is no room for it now.
        InvalidError: the client went away before it was complete.
    """
    announced = header(headers, b"content-length")
    if announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidError(message="the body ended before it was complete")
        chunk = message.get("body", b"")
        has_more = message.get("more_body")
        if not size and not has_more and len(chunk) <= min(most, SMALL_BYTES):
            return _without_mark(chunk)
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        share.add(chunk)
        if not has_more:
            return _without_mark(share.complete())


def _without_mark(body: Bytes) -> Bytes:
    return body[len(BOM_UTF8) :] if body.startswith(BOM_UTF8) else body


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"the body must have at most {most} bytes")
