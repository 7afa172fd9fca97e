"""An answer that is made while it is sent: a file from the database, piece by piece (behaviour/csv 4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

import structlog

from tercel.base.errors import TercelError
from tercel.base.limits import EXPORT_SECONDS_MAX
from tercel.database.engine import Database
from tercel.features.common.csv.exporting import File
from tercel.http.kernel.places import Places
from tercel.http.server.answer import PROTECTION, failure
from tercel.http.server.asgi import Receive, Scope, Send

CONTENT_TYPE = "text/csv; charset=utf-8"
_log = structlog.get_logger(__name__)


class Sending:
    """An ASGI application that sends a file.

    Until the first piece is there a failure is an answer as any other. Later the connection is cut, so that the client
    notices that the rest is missing.
    """

    def __init__(self, file: File, database: Database, places: Places) -> None:
        self._file = file
        self._database = database
        self._places = places
        self.headers: Mapping[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        try:
            with self._places.one():
                async with aclosing(self._pieces(receive)) as pieces:
                    async for piece in pieces:
                        if not begun:
                            begun = True
                            await send(self._head())
                        if scope["method"] == "HEAD":
                            break
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TercelError as error:
            if begun:
                _log.warning("file broken off", file=self._file.name, error=error.message)
                raise
            await failure(error)(scope, receive, send)

    async def _pieces(self, receive: Receive) -> AsyncGenerator[bytes, None]:
        """Yield the file from one state of the database, until the client goes away."""
        async with self._database.transaction(EXPORT_SECONDS_MAX) as tx, _until_gone(receive) as gone:
            await tx.read_one_state()
            async with aclosing(self._file.content(tx)) as pieces:
                async for piece in pieces:
                    if gone.done():
                        return
                    yield piece

    def _head(self) -> dict[str, object]:
        headers = {
            **self.headers,
            **PROTECTION,
            "Content-Type": CONTENT_TYPE,
            "Content-Disposition": f'attachment; filename="{self._file.name}.csv"',
        }
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        return {"type": "http.response.start", "status": 200, "headers": encoded}


@asynccontextmanager
async def _until_gone(receive: Receive) -> AsyncIterator[asyncio.Task[None]]:
    """Watch for the end of the connection while something is sent."""

    async def wait() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(wait())
    try:
        yield task
    finally:
        task.cancel()
