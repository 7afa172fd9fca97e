"""First statistics of tables that nobody has analysed yet.

Without any, PostgreSQL cannot tell the index that finds one row from the index that merely begins with the same column,
and a prepared statement keeps the wrong one until the table is analysed: each look-up then reads every row of its
application. Autovacuum comes by only once a minute; after the first time the rest is its business.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

#: A smaller table is read as fast in any way.
ROWS_MIN = 50

_LOCK_KEY = 7_283_604  # any number, always this one
_UNKNOWN: LiteralString = """SELECT schemaname, relname FROM pg_stat_user_tables
    WHERE last_analyze IS NULL AND last_autoanalyze IS NULL AND n_live_tup >= %s AND relname <> ALL(%s)
    ORDER BY relname"""


async def analyse_new_tables(connection: AsyncConnection[Any], known: Collection[str]) -> list[str]:
    """Analyse the tables that have rows and no statistics; their names. ``known`` are left out.

    Nothing when another process is at it.
    """
    async with connection.transaction():
        cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK_KEY])
        row = await cursor.fetchone()
        if row is None or not row[0]:
            return []
        cursor = await connection.execute(_UNKNOWN, [ROWS_MIN, list(known)])
        tables = await cursor.fetchall()
        for schema, name in tables:
            await connection.execute(SQL("ANALYZE {}").format(Identifier(schema, name)))
        return [name for _, name in tables]
