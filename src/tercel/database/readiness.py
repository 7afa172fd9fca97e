"""Whether a process can work: its database answers, has room, and has the schema of this version of Tercel."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

from alembic.script import ScriptDirectory
from psycopg import AsyncConnection
from psycopg.errors import UndefinedTable

from tercel.base.errors import UnavailableError
from tercel.base.limits import READINESS_SECONDS_MAX
from tercel.database.engine import Database
from tercel.database.failures import BUSY, NO_ROOM
from tercel.database.migrate import alembic_configuration

#: A question without an answer is given up, because its connection may be dead although the database is not.
_GIVE_UP_S = 10
_OTHER_SCHEMA = "the database has another schema: run `tercel migrate`"


class Readiness:
    """Asks the database, once for all who want to know at the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: asyncio.Task[bool] | None = None

    async def check(self) -> None:
        """Return when the process can work.

        Raises:
            UnavailableError: it cannot; the message says why.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        asking = self._asking
        # Because: a database that hangs must not make the answer late; the question stays open and is not asked again.
        answered, _ = await asyncio.wait([asking], timeout=READINESS_SECONDS_MAX)
        if not answered:
            raise UnavailableError(BUSY)
        if not asking.result():
            raise UnavailableError(_OTHER_SCHEMA)
        if self._database.failures.is_disk_full():
            raise UnavailableError(NO_ROOM)

    async def close(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> bool:
        async with self._database.reading(_GIVE_UP_S) as connection:
            return await is_migrated(connection)


async def is_migrated(connection: AsyncConnection[Any]) -> bool:
    """Whether the newest migration is the last that was applied."""
    try:
        cursor = await connection.execute("SELECT version_num FROM alembic_version")
    except UndefinedTable:
        return False
    applied = {row[0] for row in await cursor.fetchall()}
    return applied == {_newest()}


@lru_cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(alembic_configuration()).get_current_head()
