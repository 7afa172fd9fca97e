"""What operators see of jobs: those that wait, the steps that are done, and those that ended for no reason of their own."""

import asyncio

import psycopg
import pytest

from tercel.base.limits import JOB_ATTEMPTS_MAX
from tercel.database.engine import Database
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings
from tercel.jobs.sampling import Sampler
from tercel.settings import Settings
from tests.jobs.conftest import Ask, finished, working
from tests.support.samples import Before, sample
from tests.support.spans import Spans

pytestmark = pytest.mark.anyio
CREATION = {"kind": "couponCreation"}
INTERRUPTED = "UPDATE jobs SET attempts = %s, created = now() - interval '90 seconds'"


async def test_jobs_that_wait_are_counted(database: Database, settings: Settings, ask: Ask) -> None:
    sampler = Sampler(database, settings)
    jobs = [await ask(10), await ask(10)]
    async with database.connection() as connection:
        await connection.execute(INTERRUPTED, [0])
    await sampler.look()
    assert sample("tercel_jobs_pending") == 2
    assert 90 <= sample("tercel_jobs_oldest_seconds") < 600
    await finished(database, *jobs)
    await sampler.look()
    assert (sample("tercel_jobs_pending"), sample("tercel_jobs_oldest_seconds")) == (0, 0)


async def test_steps_are_measured_and_traced(database: Database, ask: Ask, spans: Spans) -> None:
    before = Before()
    await finished(database, await ask(10))
    steps = before.moved("tercel_job_seconds_count", **CREATION)
    assert steps >= 1
    assert len(spans.named("job.couponCreation")) == steps
    assert before.moved("tercel_job_failures_total", **CREATION) == 0


async def test_only_jobs_that_failed_for_no_reason_of_their_own_are_failures(
    database: Database, database_url: str, ask: Ask
) -> None:
    before = Before()
    only_one = CodeGeneratorSettings(valid_characters=["A"], coupon_pattern="X###")
    _, taken = await finished(
        database, await ask(1, coupon_settings=only_one), await ask(1, coupon_settings=only_one)
    )
    assert taken.status == "failed"
    assert before.moved("tercel_job_failures_total", **CREATION) == 0
    await ask(10)
    with psycopg.connect(database_url) as connection:
        connection.execute(INTERRUPTED, [JOB_ATTEMPTS_MAX])
    async with working(database):
        while not before.moved("tercel_job_failures_total", **CREATION):
            await asyncio.sleep(0.01)
    assert before.moved("tercel_job_failures_total", **CREATION) == 1
