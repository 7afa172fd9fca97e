"""Statistics of tables that grow faster than autovacuum looks.

While a table is small, PostgreSQL cannot tell the index that finds one row from the index that merely begins with the same
column, and a prepared statement keeps the wrong one until the table is analysed again: each look-up then reads every row of its
application. Autovacuum comes by only once a minute; in that time a new installation may have seen its first thousand carts.
"""

from __future__ import annotations

from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

#: A smaller table is read as fast in any way.
ROWS_MIN = 50
#: A table is analysed again when it has so many times the rows that its statistics know.
GROWTH = 4

_LOCK_KEY = 7_283_604  # any number, always this one
_GROWN: LiteralString = """SELECT s.schemaname, s.relname FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid
    WHERE s.n_live_tup >= %s AND s.n_live_tup >= %s * c.reltuples ORDER BY s.relname"""


async def analyse_grown_tables(connection: AsyncConnection[Any]) -> list[str]:
    """Analyse the tables that have rows and no statistics, or those of a much smaller table; their names.

    Nothing when another process is at it.
    """
    async with connection.transaction():
        cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK_KEY])
        row = await cursor.fetchone()
        if row is None or not row[0]:
            return []
        cursor = await connection.execute(_GROWN, [ROWS_MIN, GROWTH])
        tables = await cursor.fetchall()
        for schema, name in tables:
            await connection.execute(SQL("ANALYZE {}").format(Identifier(schema, name)))
        return [name for _, name in tables]
