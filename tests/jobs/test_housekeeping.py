"""Old answers are forgotten, partitions are made ahead."""

from datetime import UTC, datetime, timedelta

import pytest

from tercel.base.limits import JOB_DAYS
from tercel.database.engine import Database
from tercel.jobs.housekeeping import tidy_up

NOW = datetime(2031, 5, 17, tzinfo=UTC)


@pytest.mark.anyio
async def test_tidying_up(database: Database) -> None:
    remember = "INSERT INTO idempotency VALUES (1, 'PUT', %s, 200, '', %s)"
    async with database.connection() as connection:
        await connection.execute(remember, ["old", NOW - timedelta(hours=24, seconds=1)])
        await connection.execute(remember, ["young", NOW - timedelta(hours=23)])
        await tidy_up(database, NOW)
        kept = await (await connection.execute("SELECT key FROM idempotency")).fetchall()
        made = await (
            await connection.execute("SELECT to_regclass('events_y2031m08') IS NOT NULL")
        ).fetchone()
    assert kept == [("young",)]
    assert made == (True,)


@pytest.mark.anyio
async def test_finished_jobs_are_forgotten_one_day(database: Database) -> None:
    add = """INSERT INTO jobs (account_id, line, kind, status, created_by_id, batch_id, finished)
        VALUES (1, 'account 1', 'couponCreation', %s, 1, %s, %s)"""
    async with database.connection() as connection:
        await connection.execute(add, ["failed", "old", NOW - timedelta(days=JOB_DAYS, seconds=1)])
        await connection.execute(add, ["completed", "young", NOW - timedelta(days=JOB_DAYS)])
        await connection.execute(add, ["pending", "unfinished", None])
        await tidy_up(database, NOW)
        kept = await (await connection.execute("SELECT batch_id FROM jobs ORDER BY id")).fetchall()
    assert kept == [("young",), ("unfinished",)]
