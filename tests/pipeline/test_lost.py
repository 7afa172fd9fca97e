"""Why an attempt was lost, from errors that PostgreSQL really raises."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from tercel.database.engine import Database
from tercel.database.rows.recordset import expecting
from tercel.pipeline.lost import lost_to

pytestmark = pytest.mark.anyio
NAME = "INSERT INTO accounts (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'Shop')"


async def error_of(connection: AsyncConnection[Any], sql: Any, parameters: Any = None) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as caught:
        await connection.execute(sql, parameters)
    return caught.value


async def test_a_guard_is_named(database: Database) -> None:
    for what in ("sessions", "event keys"):
        guarded = expecting("UPDATE accounts SET name = 'Other' WHERE id = 0", what)
        async with database.connection() as connection:
            error = await error_of(connection, guarded, [1])
        assert lost_to(error) == f"guard_{what.replace(' ', '_')}"


async def test_a_name_that_was_taken(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(NAME)
        assert lost_to(await error_of(connection, NAME)) == "unique_violation"


async def test_a_lock_that_took_too_long(database: Database) -> None:
    async with database.connection() as holding, database.connection() as waiting:
        await holding.execute(NAME)
        async with holding.transaction():
            await holding.execute("SELECT FROM accounts FOR UPDATE")
            await waiting.execute("SET lock_timeout = '10ms'")
            assert lost_to(await error_of(waiting, "SELECT FROM accounts FOR UPDATE")) == "lock_timeout"


async def test_a_deadlock(database: Database) -> None:
    first_lock, second_lock = "SELECT pg_advisory_lock(1)", "SELECT pg_advisory_lock(2)"
    async with database.connection() as first, database.connection() as second:
        await second.execute("SET deadlock_timeout = '10ms'")
        await first.execute(first_lock)
        await second.execute(second_lock)
        blocked = asyncio.create_task(first.execute(second_lock))
        assert lost_to(await error_of(second, first_lock)) == "deadlock"
        await second.execute("SELECT pg_advisory_unlock_all()")
        await blocked


async def test_a_snapshot_that_is_too_old(database: Database) -> None:
    change = "UPDATE accounts SET name = name"
    async with database.connection() as first, database.connection() as second:
        await first.execute(NAME)
        async with first.transaction():
            await first.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            await first.execute("SELECT FROM accounts")
            await second.execute(change)
            assert lost_to(await error_of(first, change)) == "serialization"
            await first.execute("ROLLBACK")


@pytest.mark.parametrize("sql", ["SELECT 1/0", "SELECT missing", "SELECT 'x'::int"])
async def test_what_would_fail_again_is_not_lost(database: Database, sql: str) -> None:
    async with database.connection() as connection:
        assert lost_to(await error_of(connection, sql)) is None
