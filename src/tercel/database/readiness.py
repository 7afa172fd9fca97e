"""Whether a process can work: its database answers, has room, has the schema of this version of Tercel, and keeps for each
connection what is set and prepared on it."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

from alembic.script import ScriptDirectory
from psycopg import AsyncConnection
from psycopg.errors import UndefinedTable

from tercel.base.errors import UnavailableError
from tercel.base.limits import READINESS_SECONDS_MAX
from tercel.database.cancelling import end_tasks
from tercel.database.engine import Database
from tercel.database.failures import BUSY, NO_ROOM
from tercel.database.migrate import alembic_configuration
from tercel.database.options import options_not_in_force
from tercel.database.round_trip import BEGIN, COMMIT, STALE, Statement, round_trip

#: A question without an answer is given up, because its connection may be dead although the database is not.
_GIVE_UP_S = 10
_MINE, _OTHERS = Statement("SELECT 'prepared by one'"), Statement("SELECT 'prepared by another one'")
_FORGETS = "the pooler before the database does not keep prepared statements: see docs/postgresql.md"
_OTHER_SCHEMA = "the database has another schema: run `tercel migrate`"


class Readiness:
    """Asks the database, once for all who want to know at the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: asyncio.Task[str | None] | None = None
        self._keeps_statements = False

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
        problem = asking.result()
        if problem is not None:
            raise UnavailableError(problem)
        if self._database.failures.is_disk_full():
            raise UnavailableError(NO_ROOM)

    async def close(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            await end_tasks(self._asking)

    async def _ask(self) -> str | None:
        """Explain why the database cannot be used; return None when it can."""
        async with self._database.reading(_GIVE_UP_S) as connection:
            if not await is_migrated(connection):
                return _OTHER_SCHEMA
            lost = await options_not_in_force(connection, self._database.options)
            if lost:
                return (
                    f"the pooler before the database does not keep {', '.join(lost)}: give them to the role"
                )
            self._keeps_statements = self._keeps_statements or await self._find_prepared(connection)
        return None if self._keeps_statements else _FORGETS

    async def _find_prepared(self, connection: AsyncConnection[Any]) -> bool:
        """Tell whether a statement prepared on a connection is still there after another connection's transaction."""
        try:
            await round_trip(connection, [_MINE])
            async with self._database.connection() as other:
                # One of the two gets a connection of the server that is not its own, whichever a pooler prefers.
                await round_trip(other, [BEGIN, _OTHERS])
                await round_trip(connection, [BEGIN, _MINE, COMMIT])
                await other.commit()
                await round_trip(other, [_OTHERS])
        except STALE:
            return False
        except UnavailableError:  # there is no other connection that could be mixed up
            return True
        return True


async def is_migrated(connection: AsyncConnection[Any]) -> bool:
    """Tell whether the newest migration is the last that was applied."""
    try:
        cursor = await connection.execute("SELECT version_num FROM alembic_version")
    except UndefinedTable:
        return False
    applied = {row[0] for row in await cursor.fetchall()}
    return applied == {_newest()}


@lru_cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(alembic_configuration()).get_current_head()
