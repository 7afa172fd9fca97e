"""A pooler before the embedded database that gives each transaction another connection of the server, and knows nothing of
what is prepared or set on them: what PgBouncer did in transaction mode before it learnt that."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_READY, _IDLE, _SYNC, _QUERY = b"Z", b"I", b"S", b"Q"


@asynccontextmanager
async def transaction_pooler(dsn: str) -> AsyncIterator[str]:
    """The address of a pooler before the database."""
    address = conninfo_to_dict(dsn)
    pooler = _Pooler(Path(str(address["host"])) / ".s.PGSQL.5432")
    server = await asyncio.start_server(pooler.accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"host=127.0.0.1 port={port} user=tercel dbname={address['dbname']} sslmode=disable gssencmode=disable"
    finally:
        server.close()
        pooler.end()


class _Pooler:
    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._free: deque[_Stream] = deque()
        self._all: list[asyncio.StreamWriter] = []
        self._changed = asyncio.Condition()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a client: each brings one connection of the server with it, and uses whichever is free longest."""
        self._all.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            length = await reader.readexactly(4)
            hello = length + await reader.readexactly(int.from_bytes(length, "big") - 4)
            mine = await asyncio.open_unix_connection(str(self._socket))
            self._all.append(mine[1])
            mine[1].write(hello)
            await _pass_answers(mine[0], writer)
            await self._release(mine)
            while True:
                await self._transaction(reader, writer)
        writer.close()

    async def _transaction(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = await _message(reader)
        async with self._changed:
            await self._changed.wait_for(lambda: self._free)
            server = self._free.popleft()
        state = b""
        while state != _IDLE:
            while True:
                server[1].write(message)
                if message[:1] in (_SYNC, _QUERY):
                    break
                message = await _message(reader)
            state = await _pass_answers(server[0], writer)
            if state != _IDLE:
                message = await _message(reader)
        await self._release(server)

    async def _release(self, server: _Stream) -> None:
        async with self._changed:
            self._free.append(server)
            self._changed.notify()

    def end(self) -> None:
        """Close every connection."""
        for writer in self._all:
            writer.transport.abort()


async def _pass_answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Pass on until the server is ready for more; the state of its transaction."""
    while True:
        message = await _message(reader)
        writer.write(message)
        if message[:1] == _READY:
            await writer.drain()
            return message[-1:]


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    return head + await reader.readexactly(int.from_bytes(head[1:], "big") - 4)
