"""The body of a request as it arrives."""

from __future__ import annotations

from tercel.base.errors import InvalidError, TooLargeError
from tercel.http.kernel.asgi import Receive
from tercel.http.kernel.headers import Headers, header


async def read_body(headers: Headers, receive: Receive, most: int) -> bytes:
    """All bytes of the body; given up as soon as there are too many.

    Raises:
        TooLargeError: the body has, or says it has, more than ``most`` bytes.
        InvalidError: the client went away before it was complete.
    """
    announced = header(headers, b"content-length")
    if announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise InvalidError(message="the body ended before it was complete")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"the body must have at most {most} bytes")
