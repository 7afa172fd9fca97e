"""Old answers are forgotten, partitions are made ahead."""

from datetime import UTC, datetime, timedelta

import pytest

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
