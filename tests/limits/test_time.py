"""Nothing waits without end: commands in the queue, batches, questions to the database (behaviour/requests 10)."""

import inspect
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from tercel.base.errors import UnavailableError
from tercel.base.limits import CALLER_SECONDS_MAX, READINESS_SECONDS_MAX, TRANSACTION_SECONDS_MAX
from tercel.database.engine import Database
from tercel.database.readiness import Readiness
from tercel.features.access.keys import callers
from tercel.features.access.keys.callers import REMEMBERED_S, Callers
from tercel.features.access.keys.lookup import FINDERS
from tercel.pipeline.queue import Pipeline
from tests.limits.test_pipeline import Recorded, Watched, batches, submitted

__all__ = ["batches"]
pytestmark = pytest.mark.anyio
NOW = datetime(2030, 5, 1, tzinfo=UTC)


async def test_a_command_that_waited_too_long_is_answered_and_never_decided(
    batches: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tercel.pipeline.queue.BATCHES_IN_FLIGHT_MAX", 1)
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 0.05)
    pipeline = Pipeline(batches)
    running = await submitted(pipeline, 1)
    decided = threading.Event()
    waiting = await submitted(pipeline, 3, decide=lambda draft: decided.set())
    for task in waiting:
        with pytest.raises(UnavailableError, match="nothing was done"):
            await task
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 60)
    batches.may_run.set()
    assert [(await task).status for task in running] == [200]
    assert (await pipeline.submit(Recorded())).status == 200
    await pipeline.close()
    assert not decided.is_set()


async def test_a_command_that_waits_its_time_out_makes_room_for_others_of_its_session(
    batches: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 0.05)
    pipeline = Pipeline(batches)
    running = await submitted(pipeline, 1, serial_key="s")
    waiting = await submitted(pipeline, 2, serial_key="s")
    for task in waiting:
        with pytest.raises(UnavailableError, match="nothing was done"):
            await task
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 60)
    again = await submitted(pipeline, 2, serial_key="s")
    batches.may_run.set()
    assert {(await task).status for task in [*running, *again]} == {200}


async def test_a_batch_that_takes_too_long_is_cancelled_and_its_callers_told(
    batches: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_SECONDS_MAX", 0.05)
    pipeline = Pipeline(batches)
    with pytest.raises(UnavailableError, match="not answered in time"):
        await pipeline.submit(Recorded("s"))
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_SECONDS_MAX", 60)
    batches.may_run.set()
    assert (await pipeline.submit(Recorded("s"))).status == 200


async def test_a_transaction_that_takes_too_long_is_rolled_back(database: Database) -> None:
    async def begin() -> None:
        async with database.transaction(seconds=0.2) as tx:
            await tx.execute(text("CREATE TABLE started (one int)"))
            await tx.execute(text("SELECT pg_sleep(30)"))

    with pytest.raises(UnavailableError, match="try again"):
        await begin()
    async with database.transaction() as tx:
        assert await tx.scalar(text("SELECT to_regclass('started')")) is None


async def test_too_many_transactions_at_once_are_told_to_come_later(
    settings: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tercel.database.engine._MANAGEMENT_CONNECTIONS", 1)
    monkeypatch.setattr("tercel.database.engine._POOL_WAIT_S", 0.1)
    opened = await Database.open(database_url, settings)
    async with opened.transaction() as one, opened.transaction() as two:
        assert await one.scalar(text("SELECT 1")) == await two.scalar(text("SELECT 1"))
        with pytest.raises(UnavailableError, match="busy"):
            async with opened.transaction():
                pass
    await opened.close()


@pytest.mark.parametrize("name", ["transaction", "reading"])
def test_every_question_has_an_end(name: str) -> None:
    seconds = inspect.signature(getattr(Database, name)).parameters["seconds"]
    assert seconds.default == TRANSACTION_SECONDS_MAX


async def test_a_key_is_looked_up_within_its_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(tx: Any, secret_hash: bytes, now: datetime) -> None:
        await tx.execute(text("SELECT pg_sleep(30)"))

    assert callers.CALLER_SECONDS_MAX == CALLER_SECONDS_MAX
    monkeypatch.setattr(callers, "CALLER_SECONDS_MAX", 0.2)
    monkeypatch.setitem(FINDERS, "slow", find)
    with pytest.raises(UnavailableError):
        await Callers(database, lambda: NOW).get("slow", b"key")


async def test_a_clock_that_is_set_back_does_not_keep_a_deleted_key_alive(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0
    looked_up = []

    async def find(tx: Any, secret_hash: bytes, now: datetime) -> Any:
        looked_up.append(now)
        return _Credential()

    monkeypatch.setitem(FINDERS, "any", find)
    clock = NOW
    remembering = Callers(database, lambda: clock, lambda: seconds)
    for _ in range(2):
        await remembering.get("any", b"key")
    assert looked_up == [NOW]
    clock, seconds = NOW.replace(year=2029), REMEMBERED_S + 1.0
    await remembering.get("any", b"key")
    assert looked_up == [NOW, clock]


class _Credential:
    expires = NOW.replace(year=2099)


async def test_a_database_that_hangs_does_not_make_readiness_late(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert READINESS_SECONDS_MAX < 10, "what watches a process asks every ten seconds"
    monkeypatch.setattr("tercel.database.readiness.READINESS_SECONDS_MAX", 0.1)
    readiness = Readiness(database)
    async with database.connection() as connection, connection.transaction():
        await connection.execute("LOCK TABLE alembic_version")
        for _ in range(3):
            with pytest.raises(UnavailableError, match="busy"):
                await readiness.check()
    monkeypatch.setattr("tercel.database.readiness.READINESS_SECONDS_MAX", 60)
    await readiness.check()
    await readiness.close()
