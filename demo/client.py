"""An HTTP client that costs little, because it shares the machine with the server: keep-alive connections, JSON."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from demo.errors import DemoError
from tercel.base.codec import decode_any, encode

_SHOWN_MAX = 500
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes


class Client:
    """Requests to one server, each with the same headers; as many connections as there are requests at once."""

    def __init__(self, host: str, port: int, **headers: str) -> None:
        self._host, self._port = host, port
        self._headers = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request and wait for its answer.

        Raises:
            OSError: there is no server, or it went away.
        """
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Length: {len(body)}\r\n"
        )
        reader, writer = await self._connection()
        try:
            writer.write(f"{head}{self._headers}{more}\r\n".encode() + body)
            answer = await _read(reader)
        except BaseException as error:
            writer.close()
            if isinstance(error, asyncio.IncompleteReadError):
                raise ConnectionError("the server closed the connection") from error
            raise
        self._idle.append((reader, writer))
        return answer

    async def call(self, method: str, path: str, document: Any = None, **headers: str) -> Any:
        """Send a document and decode the one that comes back; None for an empty answer.

        Raises:
            DemoError: the answer is not one of success.
        """
        answer = await self.send(method, path, b"" if document is None else encode(document), **headers)
        if not 200 <= answer.status < 300:
            text = answer.body[:_SHOWN_MAX].decode(errors="replace")
            raise DemoError(f"`{method} {path}` was answered with {answer.status}: {text}")
        return decode_any(answer.body) if answer.body else None

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return an open connection: on a busy machine the server may have closed those that waited long."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return await self._connect()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._host, self._port, limit=1 << 20)


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(_HEAD_END)).lower()
    at = head.find(_LENGTH)
    length = int(head[at + len(_LENGTH) : head.index(b"\r\n", at)]) if at >= 0 else 0
    return Answer(int(head[9:12]), await reader.readexactly(length) if length else b"")
