"""A campaign that is committed, ways to ask for jobs, and to see what became of them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from msgspec import UNSET

from tercel.database.engine import Database
from tercel.features.codes.coupons.creation_job import request_creation
from tercel.features.codes.coupons.deletion_job import NewCouponDeletionJob, request_deletion
from tercel.features.codes.coupons.listing import CouponDeletionFilters
from tercel.features.codes.coupons.model import NewCouponCreationJob
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.caller import Caller
from tercel.features.common.scope import Scope
from tercel.features.jobs.bell import Bell
from tercel.features.jobs.model import Job
from tercel.features.jobs.service import get_job, latest_jobs
from tercel.jobs.sampling import Sampler
from tercel.jobs.worker import work
from tests.features.campaigns_and_entries import make_campaign
from tests.features.conftest import make_application, make_caller
from tests.features.scopes import account, application, application_scope, campaign_scope

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
Ask = Callable[..., Awaitable[Job]]


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only the test look: the server of other tests, a thread of this process, sets the same figures now and then."""
    look, here = Sampler.look, threading.get_ident()

    async def look_here(self: Sampler) -> None:
        if threading.get_ident() == here:
            await look(self)

    monkeypatch.setattr(Sampler, "look", look_here)


@pytest.fixture
async def campaign(database: Database) -> CodeCampaign:
    """A campaign of a fresh database."""
    async with database.transaction() as tx:
        caller = await make_caller(tx)
        return await make_campaign(tx, caller, await make_application(tx, caller))


@pytest.fixture
def ask(database: Database, campaign: CodeCampaign) -> Ask:
    """Ask for coupons; the job."""

    async def run(number: int, into: CodeCampaign | None = None, now: datetime = NOW, **settings: Any) -> Job:
        values = {"usage_limit": 1, "attributes": {}, **settings}
        new = NewCouponCreationJob(number_of_coupons=number, **values)
        async with database.transaction() as tx:
            await request_creation(tx, application_scope(into or campaign, now), into or campaign, new)
            return (await latest_jobs(tx, 1))[0]

    return run


@pytest.fixture
def ask_to_delete(database: Database, campaign: CodeCampaign) -> Ask:
    """Ask for a deletion; the job."""

    async def run(now: datetime = NOW, **filters: Any) -> Job:
        new = NewCouponDeletionJob(CouponDeletionFilters(**filters))
        async with database.transaction() as tx:
            job_id = await request_deletion(tx, campaign_scope(campaign, now), new)
            return await get_job(tx, campaign_scope(campaign, now), job_id)

    return run


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[Bell]:
    """Do jobs for the length of the block; the bell that the workers hear."""
    bell = Bell()
    task = asyncio.create_task(work(database, bell))
    try:
        yield bell
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def finished(database: Database, *jobs: Job) -> list[Job]:
    """Do jobs until these are finished; what became of them."""
    async with working(database):
        return [await until(database, job, lambda seen: seen.status != "pending") for job in jobs]


async def state_of(database: Database, job: Job) -> Job:
    """The job as it is now."""
    async with database.transaction() as tx:
        return await get_job(tx, _scope_of(job), job.id)


def _scope_of(job: Job) -> Scope:
    caller = Caller(account_id=1)
    return (
        account(caller)
        if job.application_id is UNSET
        else application(caller, application_id=job.application_id)
    )


async def until(database: Database, job: Job, condition: Callable[[Job], bool]) -> Job:
    """Look at a job until it is as wanted."""
    for _ in range(3000):
        current = await state_of(database, job)
        if condition(current):
            return current
        await asyncio.sleep(0.01)
    pytest.fail(f"it never came about: {current}")


def counted(dsn: str, what: str = "count(*)") -> int:
    """A figure of the coupons."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(f"SELECT {what} FROM coupons".encode()).fetchone()
    assert row is not None
    return int(row[0])
