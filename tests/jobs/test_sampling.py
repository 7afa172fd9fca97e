"""What a serving process sees when it looks at itself and at its database."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import psutil
import pytest

from tercel.database.engine import Database
from tercel.database.figures import OUTBOX_COUNTED, look_at_server
from tercel.jobs.housekeeping import keep_house
from tercel.jobs.sampling import Sampler, keep_sampling
from tercel.settings import Settings
from tests.support.samples import Before, sample

pytestmark = pytest.mark.anyio
NOW = datetime(2031, 5, 17, tzinfo=UTC)
OUTBOX = """INSERT INTO outbox (application_id, kind, payload, created)
    SELECT 1, 'webhook', '{}', now() - interval '90 seconds' FROM generate_series(1, %s)"""


async def test_the_server_is_looked_at(database: Database, settings: Settings) -> None:
    settings.home.mkdir(exist_ok=True)
    await Sampler(database, settings).look()
    assert sample("tercel_database_up") == 1
    assert sample("tercel_database_size_bytes") > 1_000_000
    assert sample("tercel_database_wal_position_bytes") > 0
    assert sample("tercel_home_free_bytes") > 0
    assert (sample("tercel_outbox_waiting"), sample("tercel_outbox_oldest_seconds")) == (0, 0)


async def test_the_disk_of_somebody_elses_server_is_not_ours_to_tell(
    database: Database, settings: Settings
) -> None:
    sampler = Sampler(database, msgspec.structs.replace(settings, database_url="postgresql://elsewhere"))
    await Sampler(database, settings).look()
    before = Before()
    await sampler.look()
    assert before.moved("tercel_home_free_bytes") == 0


async def test_messages_that_wait_are_counted_up_to_a_bound(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(OUTBOX, [3])
        await connection.execute("UPDATE outbox SET sent_at = now() WHERE id = (SELECT min(id) FROM outbox)")
        few = await look_at_server(connection)
        await connection.execute(OUTBOX, [OUTBOX_COUNTED])
        many = await look_at_server(connection)
    assert (few.outbox_waiting, many.outbox_waiting) == (2, OUTBOX_COUNTED)
    assert 90 <= few.outbox_oldest_s < 600


async def test_waits_for_locks_are_seen(database: Database, settings: Settings) -> None:
    sampler = Sampler(database, settings)
    async with database.connection() as holding, database.connection() as waiting:
        async with holding.transaction():
            await holding.execute("SELECT pg_advisory_xact_lock(7)")
            blocked = asyncio.create_task(waiting.execute("SELECT pg_advisory_lock(7)"))
            while not (await _waiters(holding)):
                await asyncio.sleep(0)
            await sampler.look()
        await blocked
    assert sample("tercel_database_lock_waiters") == 1
    assert sample("tercel_database_lock_wait_seconds") > 0
    await sampler.look()
    assert sample("tercel_database_lock_waiters") == 0


async def _waiters(connection: Any) -> int:
    row = await (await connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")).fetchone()
    waiters: int = row[0]
    return waiters


async def test_connections_and_waits_for_them(database_url: str, settings: Settings) -> None:
    database = await Database.open(database_url, msgspec.structs.replace(settings, database_connections=1))
    sampler = Sampler(database, settings)
    before = Before()
    async with database.connection():
        waiting = asyncio.create_task(_use(database))
        while not database.connection_figures()["pipeline"].waiting:
            await asyncio.sleep(0)
        async with database.transaction() as transaction:
            await transaction.driver_connection()
            sampler.look_at_pools()
            assert sample("tercel_database_connections", pool="pipeline", state="in_use") == 1
            assert sample("tercel_database_connections", pool="management", state="in_use") == 1
            assert sample("tercel_database_connection_waiters") == 1
    await waiting
    await sampler.look()
    assert before.moved("tercel_database_connection_waits_total") >= 1
    assert sample("tercel_database_connection_waiters") == 0
    assert sample("tercel_database_connections", pool="pipeline", state="idle") == 1
    await database.close()


async def _use(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("SELECT 1")


async def test_the_process_is_looked_at(database: Database, settings: Settings) -> None:
    before = Before()
    await Sampler(database, settings).look()
    memory = psutil.Process().memory_info().rss
    assert sample("tercel_process_memory_bytes") == pytest.approx(memory, rel=0.5)
    assert before.moved("tercel_process_cpu_seconds_total") > 0
    assert sample("tercel_processes") == 1


async def test_a_database_that_is_away_is_told_and_ends_nothing(
    database_url: str, settings: Settings
) -> None:
    database = await Database.open(database_url, settings)
    await database.close()
    before = Before()
    sampling = asyncio.create_task(keep_sampling(database, settings))
    while sample("tercel_database_up") or not before.moved("tercel_process_cpu_seconds_total"):
        await asyncio.sleep(0)
    assert not sampling.done()
    sampling.cancel()
    await asyncio.gather(sampling, return_exceptions=True)


async def test_runs_of_a_job_and_those_that_fail_are_counted(
    database: Database, database_url: str, settings: Settings
) -> None:
    away = await Database.open(database_url, settings)
    await away.close()
    for used, failures in ((database, 0), (away, 1)):
        before = Before()
        keeping = asyncio.create_task(keep_house(used, lambda: NOW))
        while not before.moved("tercel_job_seconds_count", kind="housekeeping"):
            await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        assert before.moved("tercel_job_failures_total", kind="housekeeping") == failures
