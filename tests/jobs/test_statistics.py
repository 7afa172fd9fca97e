"""Tables get statistics as soon as they have rows, and while they grow fast, so that the right index is used."""

from __future__ import annotations

import asyncio
from typing import Any, LiteralString

import pytest
from psycopg import AsyncConnection

from tercel.database.engine import Database
from tercel.database.statistics import GROWTH, ROWS_MIN, analyse_grown_tables
from tercel.jobs.statistics import keep_statistics

pytestmark = pytest.mark.anyio

_COUPONS: LiteralString = """INSERT INTO coupons (application_id, campaign_id, value)
    SELECT 1, 1, 'CODE-' || n FROM generate_series(%s::int, %s::int) AS n"""
_LOOK_UP: LiteralString = "EXPLAIN SELECT id FROM coupons WHERE application_id = 1 AND value = 'CODE-7'"


async def _create_coupons(connection: AsyncConnection[Any], count: int, first: int = 1) -> None:
    # What a statement has written is told to the statistics at the end of the next one, if asked for.
    await connection.execute("SELECT pg_stat_force_next_flush()")
    async with connection.transaction():
        await connection.execute(_COUPONS, [first, first + count - 1])
        await connection.execute("SELECT pg_stat_force_next_flush()")


async def test_a_table_is_analysed_once_it_has_rows(database: Database) -> None:
    async with database.connection() as connection:
        await _create_coupons(connection, ROWS_MIN)
        assert "coupons" in await analyse_grown_tables(connection)
        cursor = await connection.execute(_LOOK_UP)
        plan = "\n".join(line for (line,) in await cursor.fetchall())
        assert "uq_coupons_application_id_value" in plan
        await connection.execute("SELECT pg_stat_force_next_flush()")
        assert "coupons" not in await analyse_grown_tables(connection)


async def test_a_few_rows_need_no_statistics(database: Database) -> None:
    async with database.connection() as connection:
        await _create_coupons(connection, ROWS_MIN - 1)
        assert "coupons" not in await analyse_grown_tables(connection)


async def test_a_table_that_has_grown_is_analysed_again(database: Database) -> None:
    async with database.connection() as connection:
        await _create_coupons(connection, ROWS_MIN)
        assert "coupons" in await analyse_grown_tables(connection)
        more = (GROWTH - 1) * ROWS_MIN
        await _create_coupons(connection, more - 1, first=ROWS_MIN + 1)
        assert "coupons" not in await analyse_grown_tables(connection)
        await _create_coupons(connection, 1, first=ROWS_MIN + more)
        assert "coupons" in await analyse_grown_tables(connection)


async def test_one_process_at_a_time(database: Database) -> None:
    async with database.connection() as one, database.connection() as other:
        await _create_coupons(one, ROWS_MIN)
        async with one.transaction():
            await one.execute("SELECT pg_advisory_xact_lock(7283604)")
            assert await analyse_grown_tables(other) == []


async def test_it_goes_on_when_the_database_is_away(database: Database) -> None:
    await database.close()
    task = asyncio.create_task(keep_statistics(database))
    done, _ = await asyncio.wait({task}, timeout=0.05)
    assert not done
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
