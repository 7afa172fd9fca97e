"""Transactions that no session makes: on one ledger at a time, under its lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
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
from tercel.ledger.points.standing import joined_at, standing_at, time_of
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.load import load
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner
from tercel.pipeline.write import write
from tercel.points.lots import Ledger
from tercel.points.program import Program
from tercel.points.tiers.replay import Standing
from tercel.points.tiers.terms import Dates

# Until the commit the program is not deleted.
_KEEP: LiteralString = "SELECT FROM loyalty_programs WHERE account_id = %s AND id = %s FOR KEY SHARE"

# So that there is a row to lock: the second transaction waits, and then sees what the first one left.
_START: LiteralString = """INSERT INTO loyalty_ledgers (account_id, program_id, holder_id, subledger, version)
    SELECT %s, %s, r.holder_id, r.subledger, 1 FROM unnest(%s::BIGINT[], %s::TEXT[]) AS r (holder_id, subledger)
    ORDER BY r.holder_id, r.subledger ON CONFLICT DO NOTHING"""

_IDS: LiteralString = "SELECT nextval(%s) FROM generate_series(1, %s)"

_ATTRIBUTES: LiteralString = (
    """SELECT p.id, p.attributes ->> %s FROM profiles AS p WHERE p.account_id = %s AND p.id = ANY(%s)"""
)


class _Customers(dict[int, datetime | None]):
    """When the tiers of customers end by their attribute, by id."""

    def attribute_of(self, holder: Holder, program: Program, /) -> datetime | None:
        """Return the value of the attribute."""
        del program
        return self.get(holder.holder_id)


@asynccontextmanager
async def open_book(
    connection: AsyncConnection[Any],
    account_id: int,
    program: Program,
    keys: Sequence[LedgerKey],
    origin: Origin,
    *,
    transactions: int = 1,
) -> AsyncIterator[Book]:
    """Lock ledgers, give the book of a command on them, and write what it booked; the transaction is the caller's.

    ``transactions`` is the most that will be booked. All ledgers that the holders have in the program are locked.

    Raises:
        NotFoundError: the program was deleted meanwhile.
    """
    kept = await connection.execute(_KEEP, [account_id, program.id])
    if not kept.rowcount:
        raise NotFoundError("the loyalty program was deleted meanwhile")
    holder_ids, subledgers = [key.holder_id for key in keys], [key.subledger for key in keys]
    await connection.execute(_START, [account_id, program.id, holder_ids, subledgers])
    work = Work(Owner(0, account_id))
    holders = {key.holder for key in keys}
    needs = Needs({HOLDER_KEYS: {(*holder, since(origin.created)) for holder in holders}})
    await load(connection, (LOAD_LEDGERS, LOAD_LOTS), needs, work, locking=True, send=one_by_one)
    cursor = await connection.execute(_IDS, [SEQUENCE.name, transactions])
    ids = sorted((number for (number,) in await cursor.fetchall()), reverse=True)
    draft = Draft(work)
    book = Book(
        draft.changes[POINTS],
        work,
        origin,
        programs={program.id: program},
        members=await _customers(connection, account_id, program, holders),
        new_id=ids.pop,
        new_uuid=lambda: str(uuid4()),
    )
    yield book
    book.close()
    draft.merge()
    await write(connection, (MOVE_EACH_LEDGER, WRITE_POINTS), work, one_by_one)


async def standings_of(
    connection: AsyncConnection[Any], account_id: int, program: Program, holder: Holder, now: datetime
) -> dict[str, tuple[Standing, Ledger]]:
    """Return the tier and the points that each ledger of a holder has now, by subledger; nothing is written."""
    work = Work(Owner(0, account_id))
    needs = Needs({HOLDER_KEYS: {(*holder, since(now))}})
    await load(connection, (LOAD_LEDGERS, LOAD_LOTS), needs, work, send=one_by_one)
    customers = await _customers(connection, account_id, program, [holder])
    ledgers = work[POINTS][holder]
    joined = joined_at(program, ledgers, now)
    dates = Dates(joined=joined, attribute=customers.attribute_of(holder, program))
    return {name: (standing_at(program, row, dates, now), row.points) for name, row in ledgers.items()}


async def _customers(
    connection: AsyncConnection[Any], account_id: int, program: Program, holders: Iterable[Holder]
) -> _Customers:
    name = program.tier_attribute
    if name is None or program.is_card_based:
        return _Customers()
    ids = [holder.holder_id for holder in holders]
    cursor = await connection.execute(_ATTRIBUTES, [name, account_id, ids])
    return _Customers({profile_id: time_of(value) for profile_id, value in await cursor.fetchall()})
