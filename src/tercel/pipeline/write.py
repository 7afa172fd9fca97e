"""Write what a batch changed: guarded statements, always in the same order, and commit.

All statements travel in one round trip together with the commit. ``tercel_expect`` raises inside the server when a
guard did not hold, which rolls the whole transaction back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from tercel.base.codec import encode
from tercel.database.round_trip import BEGIN, COMMIT, Send, Statement, round_trip
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.owner import Owner


class Write(NamedTuple):
    """One place in the order of writing: what a delta has to say there, if there is one."""

    aggregate: Aggregate[Any, Any]
    statements: Callable[[Any, Owner], Iterable[Statement]]


async def write(
    connection: AsyncConnection[Any], writes: Sequence[Write], work: Work, send: Send = round_trip
) -> None:
    """Write what changed and commit, in one round trip unless it is sent otherwise; in a transaction that is under way, write as a part of it.

    Raises:
        psycopg.errors.TransactionRollback: a guard did not hold, or a deadlock was broken; nothing was written.
    """
    statements: list[Statement] = []
    for aggregate, of_delta in writes:
        delta = work.to_write.get(aggregate)
        if delta is not None:
            statements += of_delta(delta, work.owner)
    if connection.pgconn.transaction_status == TransactionStatus.IDLE:
        statements = [BEGIN, *statements, COMMIT]
    await send(connection, statements)


def plain(sql: str, rows: Collection[Any], *constants: int) -> Sequence[Statement]:
    """Return the statement over these rows; none without rows."""
    return (Statement(sql, (encode(rows), *map(spelled, constants))),) if rows else ()


def expected(sql: str, rows: Collection[Any], *constants: int) -> Sequence[Statement]:
    """Return the statement over these rows, whose guard ``tercel_expect`` fails unless all are written; none without
    rows."""
    return plain(sql, rows, *constants, len(rows))


def spelled(number: int) -> bytes:
    """Write a whole number as a parameter."""
    return str(number).encode()
