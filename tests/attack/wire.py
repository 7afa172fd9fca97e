"""A client as thin as can be: one connection, one request at a time, so that the load is the server's and not ours."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks.load_client import request_bytes
from tests.attack.operations import Call


class Wire:
    """A connection to a server, opened at the first request and again after a loss."""

    def __init__(self, url: str, authorization: str) -> None:
        self.url = url
        self._host = urlsplit(url).netloc
        self._headers = {"Authorization": authorization, "Content-Type": "application/json"}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, call: Call) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises:
            ConnectionError: the connection was lost before the answer was complete.
        """
        reader = await self._begin(call)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            return int(head[9:12]), await reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            await self.close()
            raise ConnectionError("the server closed the connection") from error

    async def abandon(self, call: Call) -> None:
        """Send a request and hang up without waiting for the answer, as a customer does whose network fails."""
        await self._begin(call)
        await self.close()

    async def json(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request that must succeed; the decoded answer."""
        status, content = await self.send(Call(method, path, body))
        if status >= 300:
            raise AssertionError(f"{method} {path} answered {status}: {content!r}")
        return msgspec.json.decode(content) if content else None

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            await writer.wait_closed()

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _begin(self, call: Call) -> asyncio.StreamReader:
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()
        if self._streams is None:
            host, port = self._host.split(":")
            self._streams = await asyncio.open_connection(host, int(port))
        body = b"" if call.body is None else msgspec.json.encode(call.body)
        self._streams[1].write(
            request_bytes(call.method, call.path, self._host, {**self._headers, **call.headers}, body)
        )
        await self._streams[1].drain()
        return self._streams[0]
