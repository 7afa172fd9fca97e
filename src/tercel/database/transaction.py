"""A transaction as features see it: SQLAlchemy Core statements in, rows out.

Nothing here commits: the block that opened the transaction (``Database.transaction``) does when it ends.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection
from sqlalchemy import CursorResult, Executable, Row, UpdateBase, text
from sqlalchemy.ext.asyncio import AsyncConnection as EngineConnection

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Transaction:
    """One open transaction.

    Attributes:
        before_commit: What is run as the last thing before the commit, by a name, so that it is run only once.
        written: The names of the tables that statements of SQLAlchemy wrote to.
    """

    def __init__(self, connection: EngineConnection) -> None:
        self._connection = connection
        self.before_commit: dict[Hashable, Executable] = {}
        self.written: set[str] = set()

    async def all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row[Any]]:
        """Run a statement and return every row."""
        return (await self._run(statement, parameters)).all()

    async def one(self, statement: Executable, parameters: Parameters | None = None) -> Row[Any]:
        """Run a statement and return its only row; another number of rows is a programmer's error."""
        return (await self._run(statement, parameters)).one()

    async def one_or_none(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> Row[Any] | None:
        """Run a statement and return its only row, or None; more rows are a programmer's error."""
        return (await self._run(statement, parameters)).one_or_none()

    async def scalar(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """Run a statement and return the first column of the first row; None when there is no row."""
        return (await self._run(statement, parameters)).scalar()

    async def scalars(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Any]:
        """Run a statement and return the first column of every row."""
        return (await self._run(statement, parameters)).scalars().all()

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Run a statement for what it does; the number of rows it touched."""
        return (await self._run(statement, parameters)).rowcount

    async def pieces(self, statement: Executable, size: int) -> AsyncGenerator[Sequence[Row[Any]], None]:
        """Yield every row, ``size`` at a time, by a cursor of the server; other statements may run between two
        pieces."""
        result = await self._connection.stream(statement, execution_options={"yield_per": size})
        try:
            async for rows in result.partitions(size):
                yield rows
        finally:
            await result.close()

    async def read_one_state(self) -> None:
        """Let all further statements read what was committed before the first of them, and write nothing."""
        await self._run(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"), None)

    async def driver_connection(self) -> AsyncConnection[Any]:
        """Return the psycopg connection of this same transaction, for COPY and hand-written SQL."""
        raw = await self._connection.get_raw_connection()
        driver = raw.driver_connection
        assert isinstance(driver, AsyncConnection)
        return driver

    async def _run(self, statement: Executable, parameters: Parameters | None) -> CursorResult[Any]:
        if isinstance(statement, UpdateBase):
            self.written.add(str(statement.entity_description["name"]))
        return await self._connection.execute(statement, parameters)
