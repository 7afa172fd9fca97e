"""The worker: it takes what was asked for, and goes on where a killed process stopped (behaviour/jobs 2)."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tercel.base.limits import JOB_ATTEMPTS_MAX
from tercel.database.engine import Database
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.creation_job import CouponCreation
from tercel.features.jobs.model import OpenJob, Step
from tercel.jobs import worker
from tests.jobs.conftest import Ask, counted, finished, state_of, until, working

pytestmark = pytest.mark.anyio
BREAK = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
LOCK = "LOCK TABLE coupons IN SHARE MODE"
LET_TIME_PASS = "UPDATE jobs SET held_until = held_until - interval '1 minute'"


@pytest.fixture
def process(database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works."""
    command = [sys.executable, "-m", "tests.jobs.worker_process", database_url]
    started = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        yield started
    finally:
        started.kill()
        started.wait()


async def test_another_process_goes_on_after_a_kill(
    database: Database, database_url: str, ask: Ask, process: subprocess.Popen[bytes]
) -> None:
    job = await ask(250_000)
    await until(database, job, lambda seen: seen.done > 0)
    async with await psycopg.AsyncConnection.connect(database_url) as blocking:
        # The process hangs in the middle of a step when it is killed.
        await blocking.execute(LOCK)
        process.send_signal(signal.SIGKILL)
        process.wait()
    interrupted = await state_of(database, job)
    assert 0 < interrupted.done < 250_000
    with psycopg.connect(database_url) as connection:
        connection.execute(LET_TIME_PASS)
    [job] = await finished(database, job)
    assert (job.status, job.done) == ("completed", 250_000)
    assert counted(database_url) == counted(database_url, "count(DISTINCT value)") == 250_000


async def test_a_worker_that_stops_leaves_its_job_to_the_next(
    database: Database, database_url: str, ask: Ask
) -> None:
    job = await ask(250_000)
    async with working(database):
        await until(database, job, lambda seen: seen.done > 0)
    assert (await state_of(database, job)).status == "pending"
    [job] = await finished(database, job)
    assert (job.status, counted(database_url)) == ("completed", 250_000)


async def test_a_job_that_is_always_interrupted_is_given_up(
    database: Database, database_url: str, ask: Ask
) -> None:
    last, over = await ask(10), await ask(10)
    with psycopg.connect(database_url) as connection:
        change = "UPDATE jobs SET attempts = %s WHERE id = %s"
        connection.execute(change, [JOB_ATTEMPTS_MAX - 1, last.id])
        connection.execute(change, [JOB_ATTEMPTS_MAX, over.id])
    last, over = await finished(database, last, over)
    assert (last.status, last.done) == ("completed", 10)
    assert (over.status, over.done) == ("failed", 0)
    assert "interrupted too often" in str(over.message)


async def test_an_unexpected_error_ends_a_job_with_a_message(
    database: Database, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumble(_self: CouponCreation, _tx: Transaction, _job: OpenJob) -> Step:
        raise ZeroDivisionError

    job = await ask(10)
    monkeypatch.setattr(CouponCreation, "step", stumble)
    [job] = await finished(database, job)
    assert (job.status, job.message) == (
        "failed",
        "an unexpected error ended this job: the server's log tells more",
    )


async def test_it_goes_on_when_its_connections_break(database: Database, database_url: str, ask: Ask) -> None:
    job = await ask(250_000)
    async with working(database):
        await until(database, job, lambda seen: seen.done > 0)
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute(BREAK)
            other.execute(LET_TIME_PASS)
        job = await until(database, job, lambda seen: seen.status != "pending")
    assert (job.status, counted(database_url)) == ("completed", 250_000)


async def test_a_job_of_this_process_begins_when_the_bell_rings(
    database: Database, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LOOK_EVERY_S", 3600)
    first = await ask(1)
    async with working(database) as bell:
        await until(database, first, lambda seen: seen.status == "completed")
        second = await ask(1)
        bell.ring()
        await until(database, second, lambda seen: seen.status == "completed")
