"""Transactions that no session makes: on one ledger at a time, under its lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString
from uuid import uuid4

from psycopg import AsyncConnection

from tercel.base.errors import NotFoundError
from tercel.database.round_trip import one_by_one
from tercel.database.tables.sequences import POINTS as SEQUENCE
from tercel.ledger.points.aggregate import (
    HOLDER_KEYS,
    LOAD_LEDGERS,
    LOAD_LOTS,
    MOVE_EACH_LEDGER,
    POINTS,
    WRITE_POINTS,
    since,
)
from tercel.ledger.points.book import Book
from tercel.ledger.points.rows import Holder, LedgerKey, Origin
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.load import load
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner
from tercel.pipeline.write import write

# Until the commit the program is not deleted.
_KEEP: LiteralString = (
    "SELECT FROM loyalty_programs WHERE account_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE"
)

# So that there is a row to lock: the second transaction waits, and then sees what the first one left.
_START: LiteralString = """INSERT INTO loyalty_ledgers (account_id, program_id, holder_id, subledger, version)
    VALUES (%s, %s, %s, %s, 1) ON CONFLICT DO NOTHING"""

_IDS: LiteralString = "SELECT nextval(%s) FROM generate_series(1, %s)"


@asynccontextmanager
async def open_book(
    connection: AsyncConnection[Any],
    account_id: int,
    keys: Sequence[LedgerKey],
    origin: Origin,
    *,
    transactions: int = 1,
) -> AsyncIterator[Book]:
    """Lock ledgers, give the book of a command on them, and write what it booked; the transaction is the caller's.

    ``transactions`` is the most that will be booked.

    Raises:
        NotFoundError: a program was deleted meanwhile.
    """
    programs = sorted({key.program_id for key in keys})
    kept = await connection.execute(_KEEP, [account_id, programs])
    if kept.rowcount < len(programs):
        raise NotFoundError("the loyalty program was deleted meanwhile")
    for key in sorted(keys):
        await connection.execute(_START, [account_id, *key])
    async with open_book_of(
        connection, account_id, {key.holder for key in keys}, origin, transactions=transactions
    ) as book:
        yield book


@asynccontextmanager
async def open_book_of(
    connection: AsyncConnection[Any],
    account_id: int,
    holders: set[Holder],
    origin: Origin,
    *,
    transactions: int = 1,
) -> AsyncIterator[Book]:
    """Do the same with all ledgers that holders have already."""
    work = Work(Owner(0, account_id))
    needs = Needs({HOLDER_KEYS: {(*holder, since(origin.created)) for holder in holders}})
    await load(connection, (LOAD_LEDGERS, LOAD_LOTS), needs, work, locking=True, send=one_by_one)
    cursor = await connection.execute(_IDS, [SEQUENCE.name, transactions])
    ids = [number for (number,) in await cursor.fetchall()]
    draft = Draft(work)
    yield Book(draft.changes[POINTS], work, origin, new_id=ids.pop, new_uuid=lambda: str(uuid4()))
    draft.merge()
    await write(connection, (MOVE_EACH_LEDGER, WRITE_POINTS), work, one_by_one)
