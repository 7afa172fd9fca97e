"""Lines: jobs of one run one after another, those of different lines side by side, whatever they belong to (behaviour/jobs 2)."""

import asyncio
from collections import Counter

import psycopg
import pytest
from msgspec import UNSET

from tercel.base.errors import NotFoundError, TooManyRequestsError
from tercel.base.limits import JOBS_PENDING_MAX
from tercel.database.engine import Database
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paged, ShortPaging
from tercel.features.common.scope import Scope
from tercel.features.jobs.listing import JOBS, AccountJobFilter
from tercel.features.jobs.model import Job, NewJob, OpenJob, Step, line_of
from tercel.features.jobs.queue import request_job
from tercel.features.jobs.service import get_job
from tercel.features.jobs.work import KindOfWork
from tercel.jobs import work as working
from tests.features.scopes import account, application
from tests.jobs.conftest import NOW, finished

pytestmark = pytest.mark.anyio

ACCOUNT = account(Caller(account_id=1))
OTHER = account(Caller(account_id=2))


class Polishing:
    """Made-up work of an account: each job polishes a thing, for which it must meet the work of another line."""

    def __init__(self) -> None:
        self.meeting = asyncio.Barrier(2)
        self.at_work = Counter[str]()
        self.told: list[tuple[str, int]] = []

    async def step(self, _tx: Transaction, job: OpenJob) -> Step:
        """Polish the thing, of which no other job of the line polishes one meanwhile."""
        line: str = job.settings["line"]
        self.at_work[line] += 1
        assert self.at_work[line] == 1
        await self.meeting.wait()
        self.at_work[line] -= 1
        self.told.append((line, job.scope.account_id))
        return Step(done=1, is_last=True)


@pytest.fixture
def polishing(monkeypatch: pytest.MonkeyPatch) -> Polishing:
    """The kind of work, registered, and what it did."""
    work = Polishing()
    monkeypatch.setitem(working.KINDS, "polishing", KindOfWork("polishing", lambda: work))  # type: ignore[misc]
    return work


def new_job(line: str, account_id: int = 1) -> NewJob:
    return NewJob(
        account_id=account_id,
        line=line,
        kind="polishing",
        settings={"line": line},
        created=NOW,
        created_by_id=1,
    )


async def ask(database: Database, *new: NewJob) -> list[Job]:
    async with database.transaction() as tx:
        return [await get_job(tx, ACCOUNT, await request_job(tx, each)) for each in new]


async def test_two_lines_run_side_by_side_each_in_order(database: Database, polishing: Polishing) -> None:
    one, other = line_of("account", 1), line_of("program", 1)
    asked = await ask(database, *(new_job(one) for _ in range(3)), *(new_job(other) for _ in range(3)))
    done = await finished(database, *asked)
    assert {(job.status, job.done) for job in done} == {("completed", 1)}
    assert Counter(polishing.told) == {(one, 1): 3, (other, 1): 3}
    for jobs in (done[:3], done[3:]):
        ends = [job.finished for job in jobs]
        assert ends == sorted(ends, key=str)


async def test_a_job_of_an_account_names_nothing_else(database: Database) -> None:
    [job] = await ask(database, new_job(line_of("account", 1)))
    assert (job.application_id, job.campaign_id) == (UNSET, UNSET)


async def test_jobs_are_seen_by_those_who_see_what_they_belong_to(database: Database) -> None:
    own = new_job(line_of("account", 1))
    of_application = NewJob(**{name: getattr(own, name) for name in own.__struct_fields__})
    of_application.application_id = 7
    async with database.transaction() as tx:
        first, second = await request_job(tx, own), await request_job(tx, of_application)
        in_application = application(Caller(account_id=1), 7)
        for scope, job_id in ((ACCOUNT, first), (in_application, second)):
            assert (await get_job(tx, scope, job_id)).id == job_id
            assert await _listed(tx, scope) == [job_id]
        narrow = account(Caller(account_id=1, allowed_application_ids=frozenset({7})))
        for scope, job_id in ((ACCOUNT, second), (in_application, first), (OTHER, first), (narrow, first)):
            with pytest.raises(NotFoundError):
                await get_job(tx, scope, job_id)
        assert await _listed(tx, OTHER) == await _listed(tx, narrow) == []


async def _listed(tx: Transaction, scope: Scope) -> list[int]:
    page = await JOBS.page(tx, scope, Paged(AccountJobFilter(), ShortPaging()))
    return [job.id for job in page.data]


async def test_too_many_jobs_of_an_account(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """INSERT INTO jobs (account_id, line, kind, status, created_by_id)
            SELECT 1, 'account 1', 'polishing', 'pending', 1 FROM generate_series(2, %s)""",
            [JOBS_PENDING_MAX],
        )
    line = line_of("program", 1)
    of_application = new_job(line)
    of_application.application_id = 7
    async with database.transaction() as tx:
        await request_job(tx, of_application)
        await request_job(tx, new_job(line))
        with pytest.raises(TooManyRequestsError, match="jobs of this account are waiting"):
            await request_job(tx, new_job(line))
        await request_job(tx, of_application)
        await request_job(tx, new_job(line, account_id=2))


async def test_a_campaign_lies_in_an_application(database: Database) -> None:
    job = new_job(line_of("campaign", 3))
    job.campaign_id = 3
    async with database.transaction() as tx:
        with pytest.raises(Exception, match="ck_jobs_campaign_in_application"):
            await request_job(tx, job)
