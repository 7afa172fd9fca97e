"""Load what a batch needs: one statement per kind of key, all sent at once.

No locks are taken. A batch that lost its race too often runs once more command by command with ``FOR UPDATE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from tercel.database.round_trip import Statement, round_trip
from tercel.pipeline.aggregate import Work
from tercel.pipeline.needs import Keys, Needs


class Load(NamedTuple):
    """One statement: the kinds of keys that are its parameters, where its rows go, and the alias of what may be locked."""

    sql: str
    keys: tuple[Keys[Any], ...]
    take: Callable[[Work, Iterable[Any]], None]
    locks: str | None = None


async def load(
    connection: AsyncConnection[Any],
    loads: Sequence[Load],
    needs: Needs,
    work: Work,
    *,
    locking: bool = False,
) -> None:
    """Fill the working copy with the rows the needs name, in one round trip."""
    named = needs.keys()
    chosen = [each for each in loads if not named.isdisjoint(each.keys)]
    if not chosen:
        return
    statements = []
    for sql, keys, _, locks in chosen:
        if locking and locks:
            sql = f"{sql} FOR UPDATE OF {locks}"  # noqa: PLW2901  # the same statement, with its lock
        statements.append(Statement(sql, [kind.document(needs.get(kind, _NONE)) for kind in keys]))
    for each, rows in zip(chosen, await round_trip(connection, statements), strict=True):
        each.take(work, rows)


_NONE: frozenset[Any] = frozenset()
