"""What the pipeline tells its operators, counted while real requests run."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, LiteralString

import httpx
import pytest
from opentelemetry.trace import StatusCode

from tercel.base.errors import ConflictError, UnavailableError
from tercel.base.limits import BATCH_ATTEMPTS_MAX, IN_LINE_MAX
from tercel.database.engine import Database
from tercel.database.ids import IdAllocator
from tercel.features.aggregates import ORDER
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileRow
from tercel.features.engine.configuration.cache import ConfigurationCache
from tercel.pipeline.aggregate import Work
from tercel.pipeline.batch import Batches
from tercel.pipeline.command import Answer
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.pipeline.queue import Pipeline
from tercel.telemetry.origin import REQUEST_ID
from tests.support.samples import Before, sample
from tests.support.server import created
from tests.support.spans import Spans, context_of

OPEN = {"customerSession": {"state": "open", "cartItems": []}}
APPLICATION: LiteralString = """INSERT INTO applications (id, account_id, name, timezone, currency, case_sensitivity,
    default_discount_scope, default_item_scope) OVERRIDING SYSTEM VALUE
    VALUES (1, 1, 'Web', 'UTC', 'EUR', 'sensitive', 'sessionTotal', 'price')"""
REVISIONS: LiteralString = """INSERT INTO revisions (application_id, slot, own, account)
    SELECT 1, slot, 0, 0 FROM generate_series(0, 15) AS slot"""
STAGES = ["tercel_pipeline_decide_seconds_count", "tercel_pipeline_commit_seconds_count"]


def test_every_stage_of_a_batch_is_observed(integration: httpx.Client) -> None:
    before = Before()
    integration.put("/v2/customer_sessions/metrics", json=OPEN).raise_for_status()
    assert before.moved("tercel_pipeline_batch_commands_sum") == 1
    assert before.moved("tercel_pipeline_batch_commands_count") == 1
    assert before.moved("tercel_pipeline_queue_seconds_count") == 1
    assert before.moved("tercel_pipeline_load_seconds_count", locking="no") == 1
    assert before.moved("tercel_pipeline_load_seconds_count", locking="yes") == 0
    assert [before.moved(name) for name in STAGES] == [1, 1]
    assert before.moved("tercel_evaluation_seconds_count") == 1


def test_the_stages_of_a_batch_take_no_longer_than_it(integration: httpx.Client) -> None:
    before = Before()
    integration.put("/v2/customer_sessions/metrics", json=OPEN).raise_for_status()
    stages = [
        before.moved("tercel_pipeline_load_seconds_sum", locking="no"),
        before.moved("tercel_pipeline_decide_seconds_sum"),
        before.moved("tercel_pipeline_commit_seconds_sum"),
    ]
    assert min(stages) > 0
    assert sum(stages) <= before.moved("tercel_pipeline_batch_seconds_sum")
    evaluated = before.moved("tercel_evaluation_seconds_sum")
    assert 0 < evaluated <= before.moved("tercel_pipeline_decide_seconds_sum")


def test_a_dry_request_commits_nothing(integration: httpx.Client) -> None:
    before = Before()
    integration.put("/v2/customer_sessions/metrics?dry=true", json=OPEN).raise_for_status()
    assert [before.moved(name) for name in STAGES] == [1, 0]


def test_evaluations_of_profiles_and_events_are_observed(
    integration: httpx.Client, management: httpx.Client, application: dict[str, Any]
) -> None:
    kind = f"metrics-{application['id']}"
    created(management.post("/v1/event_types", json={"name": kind, "title": kind}))
    before = Before()
    integration.put(f"/v2/customer_profiles/{kind}?runRuleEngine=true", json={}).raise_for_status()
    integration.post("/v2/events", json={"profileId": kind, "type": kind}).raise_for_status()
    assert before.moved("tercel_evaluation_seconds_count") == 2


def test_commands_of_a_batch_are_counted_together_and_none_waits_afterwards(
    integration: httpx.Client,
) -> None:
    before = Before()

    def update(number: int) -> int:
        return integration.put(f"/v2/customer_sessions/many-{number}", json=OPEN).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(update, range(40))) == {200}
    assert before.moved("tercel_pipeline_batch_commands_sum") == 40
    assert before.moved("tercel_evaluation_seconds_count") >= 40
    assert sample("tercel_pipeline_queue_depth") == 0


class Losing:
    """A command that inserts a profile which somebody else has inserted already."""

    application_id = 1
    serial_key = "losing"
    busy_message = "busy"
    repeat_key = None
    now = datetime(2031, 5, 17, tzinfo=UTC)

    def first(self, needs: Needs, configuration: Any) -> None:
        """It does not look first."""

    def follow(self, needs: Needs, work: Work, configuration: Any) -> None:
        """Nor afterwards."""

    def decide(self, draft: Draft, configuration: Any) -> Answer:
        draft.changes[PROFILES].new[1, False, "taken"] = ProfileRow(
            id=draft.next_id(PROFILES),
            account_id=1,
            sandbox=False,
            integration_id="taken",
            key="taken",
            created=self.now,
        )
        return Answer(200, b"")


@pytest.fixture
async def losing(database: Database, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A pipeline over a database with the profile that is already there, where nothing counts as costly."""
    monkeypatch.setattr("tercel.pipeline.batch.COSTLY_DECISION_SECONDS", 60)
    async with database.connection() as connection:
        await connection.execute("INSERT INTO accounts (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'Shop')")
        await connection.execute(APPLICATION)
        await connection.execute(REVISIONS)
        await connection.execute(
            "INSERT INTO profiles (account_id, integration_id, key) VALUES (1, 'taken', 'taken')"
        )
    return Pipeline(Batches(database, ConfigurationCache(), IdAllocator(), ORDER))


@pytest.mark.anyio
async def test_what_attempts_are_lost_to(losing: Pipeline) -> None:
    before = Before()
    with pytest.raises(UnavailableError):
        await losing.submit(Losing())
    assert before.moved("tercel_pipeline_retries_total", reason="guard_profiles") == BATCH_ATTEMPTS_MAX
    assert before.moved("tercel_pipeline_commit_seconds_count") == BATCH_ATTEMPTS_MAX + 1
    assert before.moved("tercel_pipeline_splits_total", into="locking") == 1
    assert before.moved("tercel_pipeline_load_seconds_count", locking="yes") == 1


@pytest.mark.anyio
async def test_every_attempt_is_traced_and_says_that_it_was_lost(losing: Pipeline, spans: Spans) -> None:
    with pytest.raises(UnavailableError):
        await losing.submit(Losing())
    attempts = spans.named("pipeline.write")
    assert len(attempts) == len(spans.named("pipeline.load")) == BATCH_ATTEMPTS_MAX + 1
    assert {span.status.status_code for span in attempts} == {StatusCode.ERROR}
    batch = context_of(spans.one("pipeline.batch"))
    assert all(span.parent == batch for span in attempts)
    assert not any(span.events for span in spans.finished)


@pytest.mark.anyio
async def test_a_batch_does_not_run_in_the_context_of_the_request_that_starts_it(losing: Pipeline) -> None:
    """Its log lines would carry the id of one request, though it serves many."""
    seen = []

    class Watching(Losing):
        def decide(self, draft: Draft, configuration: Any) -> Answer:
            seen.append(REQUEST_ID.get())
            return Answer(200, b"")

    REQUEST_ID.set("order-7")
    await losing.submit(Watching())
    assert seen == [""]


@pytest.mark.anyio
async def test_commands_that_are_refused_at_the_queue(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Before()
    monkeypatch.setattr("tercel.pipeline.queue.IN_LINE_SECONDS_MAX", 60)
    pipeline = Pipeline(Batches(database, ConfigurationCache(), IdAllocator(), ORDER))
    waiting = [asyncio.create_task(pipeline.submit(Losing())) for _ in range(IN_LINE_MAX + 1)]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers].count(ConflictError) == 1
    assert before.moved("tercel_pipeline_refusals_total", reason="key") == 1
    await pipeline.close()
    with pytest.raises(UnavailableError):
        await pipeline.submit(Losing())
    assert before.moved("tercel_pipeline_refusals_total", reason="queue") == 1
