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
from tercel.database.round_trip import BEGIN, COMMIT, Statement, round_trip
from tercel.pipeline.aggregate import Aggregate, Changes


class Write(NamedTuple):
    """One place in the order of writing: what a delta has to say there, if there is one."""

    aggregate: Aggregate[Any, Any]
    statements: Callable[[Any], Iterable[Statement]]


async def write(connection: AsyncConnection[Any], writes: Sequence[Write], changes: Changes) -> None:
    """Write and commit, in one round trip; in a transaction that is under way, write as a part of it.

    Raises:
        psycopg.errors.TransactionRollback: a guard did not hold, or a deadlock was broken; nothing was written.
    """
    statements: list[Statement] = []
    for aggregate, of_delta in writes:
        delta = changes.get(aggregate)
        if delta is not None:
            statements += of_delta(delta)
    if connection.pgconn.transaction_status == TransactionStatus.IDLE:
        statements = [BEGIN, *statements, COMMIT]
    await round_trip(connection, statements)


def plain(sql: str, rows: Collection[Any]) -> Sequence[Statement]:
    """The statement over these rows; none without rows."""
    return (Statement(sql, (encode(rows),)),) if rows else ()


def expected(sql: str, rows: Collection[Any]) -> Sequence[Statement]:
    """The statement over these rows, which tells ``tercel_expect`` that all of them are to be written; none without rows."""
    return (Statement(sql, (encode(rows), number(rows))),) if rows else ()


def number(rows: Collection[Any]) -> bytes:
    """How many rows there are, as a parameter."""
    return str(len(rows)).encode()
