"""The queue and its batches at their edges, with commands that say when they are decided (behaviour/requests 3)."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any, LiteralString

import pytest
from psycopg import AsyncConnection

from tercel.base.errors import ConflictError, TooCostlyError, UnavailableError
from tercel.base.limits import (
    BATCH_ATTEMPTS_MAX,
    BATCH_COMMANDS_MAX,
    BATCHES_IN_FLIGHT_MAX,
    COSTLY_DECISION_SECONDS,
    IN_LINE_MAX,
    IN_LINE_SECONDS_MAX,
    REQUESTS_WAITING_MAX,
)
from tercel.database.engine import Database
from tercel.database.ids import IdAllocator
from tercel.features.aggregates import ORDER
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileRow
from tercel.http.server.errors import status_of
from tercel.pipeline.aggregate import Work
from tercel.pipeline.batch import Batches
from tercel.pipeline.command import Answer
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner
from tercel.pipeline.queue import Pipeline

pytestmark = pytest.mark.anyio
APPLICATION = 1
REVISION = (1, 1)


_ROWS: tuple[LiteralString, ...] = (
    "INSERT INTO accounts (id, name, revision) OVERRIDING SYSTEM VALUE VALUES (1, 'Shop', 1)",
    """INSERT INTO applications (id, account_id, name, timezone, currency, case_sensitivity, revision,
        default_discount_scope, default_item_scope)
        OVERRIDING SYSTEM VALUE VALUES (1, 1, 'Web', 'UTC', 'EUR', 'sensitive', 1, 'sessionTotal', 'price')""",
    "INSERT INTO revisions (application_id, slot, own, account) SELECT 1, slot, 1, 1 FROM generate_series(0, 15) AS slot",
    "INSERT INTO profiles (id, account_id, integration_id, key) VALUES (1, 1, 'taken', 'taken')",
)


class Unchanging:
    """The configuration of an application that is never changed."""

    revision = REVISION
    owner = Owner(APPLICATION, 1)

    async def get(self, connection: AsyncConnection[Any], application_id: int) -> Any:
        return self

    async def reload(self, connection: AsyncConnection[Any], application_id: int) -> None:
        raise AssertionError("nothing changes")


class Recorded:
    """A command that answers with nothing; ``decide`` is called when it is decided."""

    application_id = APPLICATION
    busy_message = "busy"
    repeat_key = None

    def __init__(
        self, serial_key: Hashable = None, decide: Callable[[Draft], None] = lambda draft: None
    ) -> None:
        self.now = datetime.now(UTC)
        self.serial_key = object() if serial_key is None else serial_key
        self._decide = decide

    def first(self, needs: Needs, configuration: Any) -> None:
        """Nothing."""

    def follow(self, needs: Needs, work: Work, configuration: Any) -> None:
        """Nothing."""

    def decide(self, draft: Draft, configuration: Any) -> Answer:
        self._decide(draft)
        return Answer(200, b"")


class Watched(Batches):
    """Batches that note their sizes and how many run at once, and wait for permission to begin."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Unchanging(), IdAllocator(), ORDER)
        self.sizes: list[int] = []
        self.running = 0
        self.most_running = 0
        self.may_run = asyncio.Event()

    async def run(self, batch: Any) -> None:
        self.sizes.append(len(batch))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await self.may_run.wait()
        await super().run(batch)
        self.running -= 1


@pytest.fixture
async def batches(database: Database) -> Watched:
    """Batches over a database with one application, and a profile that exists."""
    async with database.connection() as connection:
        for statement in _ROWS:
            await connection.execute(statement)
    return Watched(database)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is refused, and nothing counts as costly, because the machine had something else to do."""
    for name in ("BATCH_SECONDS_MAX", "IN_LINE_SECONDS_MAX", "WAITING_SECONDS_MAX"):
        monkeypatch.setattr(f"tercel.pipeline.queue.{name}", 60)
    monkeypatch.setattr("tercel.pipeline.batch.COSTLY_DECISION_SECONDS", 60)


async def submitted(pipeline: Pipeline, count: int, **options: Any) -> list[asyncio.Task[Answer]]:
    """So many commands in the queue, and as many batches as may be on their way."""
    tasks = [asyncio.create_task(pipeline.submit(Recorded(**options))) for _ in range(count)]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_batches_have_a_size_and_a_number(batches: Watched) -> None:
    pipeline = Pipeline(batches)
    count = BATCH_COMMANDS_MAX * (BATCHES_IN_FLIGHT_MAX + 1) + 1
    tasks = await submitted(pipeline, count)
    assert batches.sizes == [BATCH_COMMANDS_MAX] * BATCHES_IN_FLIGHT_MAX
    batches.may_run.set()
    assert {(await task).status for task in tasks} == {200}
    assert batches.most_running == BATCHES_IN_FLIGHT_MAX
    assert sum(batches.sizes) == count


async def test_too_many_requests_are_told_to_come_later(batches: Watched) -> None:
    pipeline = Pipeline(batches)
    taken = await submitted(pipeline, BATCH_COMMANDS_MAX * BATCHES_IN_FLIGHT_MAX)
    waiting = await submitted(pipeline, REQUESTS_WAITING_MAX)
    with pytest.raises(UnavailableError) as caught:
        await pipeline.submit(Recorded())
    assert status_of(caught.value) == 503
    batches.may_run.set()
    assert {(await task).status for task in [*taken, *waiting]} == {200}


async def test_so_many_requests_of_one_session_may_stand_in_line(batches: Watched) -> None:
    pipeline = Pipeline(batches)
    tasks = await submitted(pipeline, IN_LINE_MAX, serial_key="s")
    with pytest.raises(ConflictError, match="busy"):
        await pipeline.submit(Recorded("s"))
    other = await submitted(pipeline, 1, serial_key="t")
    batches.may_run.set()
    assert {(await task).status for task in [*tasks, *other]} == {200}
    assert (await pipeline.submit(Recorded("s"))).status == 200


async def test_who_stands_in_line_waits_a_second_for_the_others(
    batches: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(batches)
    began = time.monotonic()
    with monkeypatch.context() as impatient:
        impatient.setattr("tercel.pipeline.queue.IN_LINE_SECONDS_MAX", IN_LINE_SECONDS_MAX)
        first, second = await submitted(pipeline, 2, serial_key="s")
        with pytest.raises(ConflictError, match="busy"):
            await second
    assert time.monotonic() - began > IN_LINE_SECONDS_MAX / 2
    [third] = await submitted(pipeline, 1, serial_key="s")
    batches.may_run.set()
    assert [(await task).status for task in (first, third)] == [200, 200]


class Rivals:
    """Commands in one batch, which count how often they were decided, and the clock by which one takes long."""

    def __init__(self) -> None:
        self.decided: Counter[str] = Counter()
        self.seconds = 0.0

    def perf_counter(self) -> float:
        return self.seconds

    def lose(self, draft: Draft) -> None:
        """Insert a profile that somebody else has inserted already."""
        self.decided["losing"] += 1
        draft.changes[PROFILES].new[1, False, "taken"] = ProfileRow(
            id=draft.next_id(PROFILES),
            account_id=1,
            sandbox=False,
            integration_id="taken",
            key="taken",
            created=datetime.now(UTC),
        )

    def take_long(self, draft: Draft) -> None:
        """Take as long as counts as costly."""
        self.decided["long"] += 1
        self.seconds += COSTLY_DECISION_SECONDS

    def succeed(self, draft: Draft) -> None:
        self.decided["winning"] += 1

    def give_up(self, draft: Draft) -> None:
        """Need more computation than one command may have."""
        self.decided["too costly"] += 1
        raise TooCostlyError("too much")


async def test_who_loses_every_race_is_told_to_come_later_and_holds_nobody_up(batches: Watched) -> None:
    rivals = Rivals()
    batches.may_run.set()
    pipeline = Pipeline(batches)
    losing = asyncio.create_task(pipeline.submit(Recorded(decide=rivals.lose)))
    winning = asyncio.create_task(pipeline.submit(Recorded(decide=rivals.succeed)))
    with pytest.raises(UnavailableError):
        await losing
    assert (await winning).status == 200
    # Together so often, then each alone: the loser as often again, and once more with its locks taken first.
    assert rivals.decided == {"losing": 2 * BATCH_ATTEMPTS_MAX + 1, "winning": BATCH_ATTEMPTS_MAX + 1}


async def test_what_takes_long_is_decided_again_once_and_alone(
    batches: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    rivals = Rivals()
    monkeypatch.setattr("tercel.pipeline.batch.COSTLY_DECISION_SECONDS", COSTLY_DECISION_SECONDS)
    monkeypatch.setattr("tercel.pipeline.batch.time", rivals)
    batches.may_run.set()
    pipeline = Pipeline(batches)
    commands = (rivals.take_long, rivals.lose, rivals.succeed)
    tasks = [asyncio.create_task(pipeline.submit(Recorded(decide=each))) for each in commands]
    long, losing, winning = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(losing, UnavailableError)
    assert isinstance(long, Answer)
    assert isinstance(winning, Answer)
    # Once together; then the costly one by itself with its locks, and the others as often as ever.
    assert rivals.decided["long"] == 2
    assert rivals.decided["losing"] == 2 * BATCH_ATTEMPTS_MAX + 2


async def test_what_costs_too_much_is_refused_at_once_and_never_decided_again(batches: Watched) -> None:
    rivals = Rivals()
    batches.may_run.set()
    pipeline = Pipeline(batches)
    commands = (rivals.give_up, rivals.lose, rivals.succeed)
    tasks = [asyncio.create_task(pipeline.submit(Recorded(decide=each))) for each in commands]
    costly, losing, winning = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(costly, TooCostlyError)
    assert isinstance(losing, UnavailableError)
    assert isinstance(winning, Answer)
    assert rivals.decided["too costly"] == 1
