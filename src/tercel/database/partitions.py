"""Monthly partitions of the tables that grow with time, made ahead.

Rows of a month without a partition go to the default partition, so nothing fails when a partition was not made in
time; such a month keeps its rows there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier, Literal

from tercel.database.tables.all import metadata

_MONTHS_AHEAD = 3
_LOCK_KEY = 7_283_603  # any number, always this one


async def ensure_partitions(connection: AsyncConnection[Any], today: date) -> list[str]:
    """Make what is missing for this month and the next ones; the names of the new partitions."""
    made = []
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])
        for table, column in partitioned_tables().items():
            for first, after in _months(today):
                name = f"{table}_y{first:%Y}m{first:%m}"
                if not await _is_settled(connection, table, column, name, first=first, after=after):
                    await connection.execute(_create(table, name, first, after))
                    made.append(name)
    return made


def partitioned_tables() -> dict[str, str]:
    """Tables that are partitioned by time, with the column that decides."""
    return {
        table.name: table.info["partition_by"]
        for table in metadata.tables.values()
        if "partition_by" in table.info
    }


def _months(today: date) -> Iterator[tuple[date, date]]:
    first = today.replace(day=1)
    for _ in range(_MONTHS_AHEAD + 1):
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        yield first, after
        first = after


async def _is_settled(
    connection: AsyncConnection[Any], table: str, column: str, name: str, *, first: date, after: date
) -> bool:
    """Tell whether the month has its partition, or has rows in the default one and must stay there."""
    row = await (await connection.execute("SELECT to_regclass(%s) IS NOT NULL", [name])).fetchone()
    if row and row[0]:
        return True
    query = SQL(
        "SELECT EXISTS (SELECT 1 FROM {default} WHERE {column} >= {first} AND {column} < {after})"
    ).format(
        default=Identifier(f"{table}_default"),
        column=Identifier(column),
        first=_utc(first),
        after=_utc(after),
    )
    row = await (await connection.execute(query)).fetchone()
    return bool(row and row[0])


def _create(table: str, name: str, first: date, after: date) -> Composed:
    return SQL("CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ({first}) TO ({after})").format(
        name=Identifier(name), table=Identifier(table), first=_utc(first), after=_utc(after)
    )


def _utc(day: date) -> Composed:
    return SQL("{}").format(Literal(f"{day.isoformat()} 00:00:00+00"))
