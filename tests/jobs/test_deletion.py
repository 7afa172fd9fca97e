"""Deleting coupons by a job: those that matched when it was asked for (behaviour/jobs 3)."""

from datetime import timedelta

import pytest

from tercel.base.errors import InvalidError
from tercel.database.engine import Database
from tercel.features.codes.coupons import deletion_job
from tests.jobs.conftest import NOW, Ask, counted, finished

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion_job, "CHUNK", 100)


async def test_a_batch_is_deleted_and_nothing_else(
    database: Database, database_url: str, ask: Ask, ask_to_delete: Ask
) -> None:
    kept, unwanted = await finished(database, await ask(70), await ask(250))
    [job] = await finished(database, await ask_to_delete(batch_id=unwanted.batch_id))
    assert (job.status, job.done, job.total) == ("completed", 250, 250)
    assert counted(database_url) == 70
    assert counted(database_url, f"count(*) FILTER (WHERE batch_id = '{kept.batch_id}')") == 70


async def test_coupons_made_later_stay(
    database: Database, database_url: str, ask: Ask, ask_to_delete: Ask
) -> None:
    await finished(database, await ask(120), await ask(30, now=NOW + timedelta(seconds=1)))
    [job] = await finished(database, await ask_to_delete())
    assert job.done == 120
    assert counted(database_url) == 30


async def test_only_what_is_usable(
    database: Database, database_url: str, ask: Ask, ask_to_delete: Ask
) -> None:
    await finished(database, await ask(5))
    [job] = await finished(database, await ask_to_delete(usable=False))
    assert (job.done, job.total, counted(database_url)) == (0, 0, 5)
    [job] = await finished(database, await ask_to_delete(usable=True))
    assert (job.done, job.total, counted(database_url)) == (5, 5, 0)


async def test_filters_that_exclude_each_other(ask_to_delete: Ask) -> None:
    with pytest.raises(InvalidError) as refused:
        await ask_to_delete(usable=True, redeemed=True)
    assert [problem.pointer for problem in refused.value.problems] == ["/filters/redeemed"]
