"""One transaction for a command, beside a running server or without one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tercel.database.engine import Database
from tercel.database.installation import existing_database
from tercel.database.transaction import Transaction
from tercel.settings import Settings

T = TypeVar("T")


def in_transaction(work: Callable[[Transaction], Awaitable[T]], settings: Settings) -> T:
    """Do some work in the database of an installation; all of it is committed, or nothing.

    Raises:
        NoInstallationError: there is none.
    """

    async def run(dsn: str) -> T:
        database = await Database.open(dsn, settings)
        try:
            async with database.transaction() as tx:
                return await work(tx)
        finally:
            await database.close()

    with existing_database(settings) as dsn:
        return asyncio.run(run(dsn))
