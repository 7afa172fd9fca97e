"""The queue: who takes which job when, and that nobody works on one that somebody else took over (behaviour/jobs 1, 2)."""

from datetime import timedelta

import psycopg
import pytest

from tercel.base.errors import TooManyRequestsError
from tercel.base.limits import JOBS_PENDING_MAX
from tercel.database.engine import Database
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.jobs.model import NewJob, line_of
from tercel.features.jobs.queue import HOLD, Held, let_go, open_job, request_job, take_job
from tests.jobs.conftest import NOW, Ask, counted, finished, state_of
from tests.support.database import read_rows_as_stored

pytestmark = pytest.mark.anyio


def new_job(campaign_id: int, application_id: int = 1) -> NewJob:
    return NewJob(
        account_id=1,
        line=line_of("campaign", campaign_id),
        application_id=application_id,
        campaign_id=campaign_id,
        kind="couponDeletion",
        settings={},
        created=NOW,
        created_by_id=1,
    )


async def add(database: Database, campaign_id: int) -> int:
    async with database.transaction() as tx:
        return await request_job(tx, new_job(campaign_id))


async def take(database: Database) -> Held | None:
    async with database.transaction() as tx:
        return await take_job(tx)


async def let_time_pass(database: Database, time: timedelta) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE jobs SET held_until = held_until - %s", [time])


async def test_the_oldest_job_is_first_and_each_is_taken_once(database: Database) -> None:
    first, second = await add(database, 1), await add(database, 2)
    assert [await take(database) for _ in range(3)] == [Held(first, 1), Held(second, 1), None]


async def test_the_oldest_job_is_first_wherever_its_row_is(database: Database) -> None:
    first, second = await add(database, 1), await add(database, 2)
    async with database.connection() as connection:
        await connection.execute("UPDATE jobs SET attempts = attempts WHERE id = %s", [first])
    async with database.transaction() as tx:
        await read_rows_as_stored(tx)
        assert [await take_job(tx) for _ in range(2)] == [Held(first, 1), Held(second, 1)]


async def test_jobs_of_one_campaign_wait_for_each_other(database: Database) -> None:
    first, _, other = await add(database, 1), await add(database, 1), await add(database, 2)
    assert [await take(database) for _ in range(3)] == [Held(first, 1), Held(other, 1), None]


async def test_a_silent_holder_loses_its_job(database: Database) -> None:
    job = await add(database, 1)
    lost = await take(database)
    await let_time_pass(database, HOLD - timedelta(seconds=5))
    assert await take(database) is None
    await let_time_pass(database, timedelta(seconds=5))
    found = await take(database)
    assert (lost, found) == (Held(job, 1), Held(job, 2))
    async with database.transaction() as tx:
        assert lost is not None
        await let_go(tx, lost)
        assert await open_job(tx, lost) is None
    assert await take(database) is None


async def test_a_job_that_is_let_go_is_free_at_once(database: Database) -> None:
    job = await add(database, 1)
    held = await take(database)
    async with database.transaction() as tx:
        assert held is not None
        await let_go(tx, held)
    assert await take(database) == Held(job, 2)


async def test_a_request_that_fails_leaves_no_job(database: Database) -> None:
    async def request() -> None:
        async with database.transaction() as tx:
            await request_job(tx, new_job(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await request()
    assert await take(database) is None


async def test_too_many_jobs_of_an_application(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """INSERT INTO jobs (account_id, application_id, campaign_id, line, kind, status, created_by_id)
            SELECT 1, 1, 1, 'campaign 1', 'couponDeletion', 'pending', 1 FROM generate_series(2, %s)""",
            [JOBS_PENDING_MAX],
        )
    async with database.transaction() as tx:
        await request_job(tx, new_job(1))
        with pytest.raises(TooManyRequestsError, match="try again when one is finished"):
            await request_job(tx, new_job(1))
        await request_job(tx, new_job(2, application_id=2))


async def test_what_was_asked_for_first_is_done_first(
    database: Database, database_url: str, ask: Ask, ask_to_delete: Ask, campaign: CodeCampaign
) -> None:
    jobs = [await ask(30_000), await ask_to_delete(), await ask(5)]
    done = await finished(database, *jobs)
    assert [(job.kind, job.campaign_id, job.done) for job in done] == [
        ("couponCreation", campaign.id, 30_000),
        ("couponDeletion", campaign.id, 30_000),
        ("couponCreation", campaign.id, 5),
    ]
    assert counted(database_url) == 5
    assert await state_of(database, jobs[0]) == done[0]
