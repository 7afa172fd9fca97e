"""Whether a process says that it can work: ``/readyz`` asks this."""

import asyncio
import re

import pytest
from psycopg.errors import DiskFull

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.database.failures import NO_ROOM
from tercel.database.readiness import Readiness
from tercel.settings import Settings
from tests.support.pooler import transaction_pooler

pytestmark = pytest.mark.anyio


async def test_a_database_of_this_version_is_ready(database: Database) -> None:
    readiness = Readiness(database)
    await readiness.check()
    await readiness.check()
    await readiness.close()


async def test_who_asks_at_the_same_time_shares_the_question(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    readiness = Readiness(database)
    asked: list[float] = []
    reading = database.reading

    def counted(seconds: float):
        asked.append(seconds)
        return reading(seconds)

    monkeypatch.setattr(database, "reading", counted)
    await asyncio.gather(*[readiness.check() for _ in range(5)])
    assert len(asked) == 1
    await readiness.check()
    assert len(asked) == 2, "an old answer is no answer"
    await readiness.close()


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE alembic_version",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '9999'",
        "INSERT INTO alembic_version VALUES ('9999')",
    ],
)
async def test_another_schema_is_not_ready(database: Database, change: str) -> None:
    async with database.connection() as connection:
        await connection.execute(change)
        await connection.commit()
    readiness = Readiness(database)
    with pytest.raises(UnavailableError, match="tercel migrate"):
        await readiness.check()
    await readiness.close()


async def test_a_pooler_that_forgets_what_is_set_is_not_ready(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "options", {**database.options, "enable_sort": "off", "work_mem": "3MB"})
    readiness = Readiness(database)
    with pytest.raises(UnavailableError, match="does not keep enable_sort, work_mem: give them to the role"):
        await readiness.check()
    await readiness.close()


async def test_a_pooler_that_forgets_what_is_prepared_is_not_ready(
    database_url: str, settings: Settings
) -> None:
    async with transaction_pooler(database_url) as address:
        behind = await Database.open(address, settings)
        readiness = Readiness(behind)
        with pytest.raises(UnavailableError, match="does not keep prepared statements"):
            await readiness.check()
        await readiness.close()
        await behind.close()


async def test_a_full_disk_is_not_ready(database: Database) -> None:
    readiness = Readiness(database)
    await readiness.check()
    database.failures.note(DiskFull())
    with pytest.raises(UnavailableError, match=re.escape(NO_ROOM)):
        await readiness.check()
    await readiness.close()


async def test_closing_gives_up_the_question(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    readiness = Readiness(database)
    await readiness.close()
    never = asyncio.Event()
    given_up: list[bool] = []

    async def asks() -> bool:
        try:
            return await never.wait()
        finally:
            given_up.append(True)

    monkeypatch.setattr(readiness, "_ask", asks)
    checking = asyncio.create_task(readiness.check())
    while readiness._asking is None:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    await readiness.close()
    assert given_up == [True]
    checking.cancel()
    await asyncio.gather(checking, return_exceptions=True)
