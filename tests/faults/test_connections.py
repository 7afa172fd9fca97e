"""Connections that are cut, stall or are slow: between Tercel and its database, and between the shop and Tercel."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import pytest

from tercel.settings import Settings
from tests.faults.books import check_books
from tests.faults.rush import Rush
from tests.faults.service import wait_until
from tests.support.proxy import LOST, Proxy, before_database, between
from tests.support.server import Server, serving

BACK_WITHIN_S = 60
#: Told while the answer of the database is awaited: the outcome is not known. Every other refusal means nothing was done.
_UNKNOWN = "not answered in time"
_WAITED = "waited too long for its turn"


@dataclass
class Shop:
    """A server with a network on either side of it."""

    server: Server
    database_network: Proxy
    shop_network: Proxy
    dsn: str

    def ask(self, path: str) -> int:
        """The status of an answer about its state."""
        return httpx.get(self.server.url + path, timeout=30).status_code

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        return self.ask("/readyz") == 200


@pytest.fixture(scope="module")
def shop(module_database_url: str, settings: Settings) -> Iterator[Shop]:
    """A server that reaches its database, and is reached, through proxies."""
    with before_database(module_database_url) as (database_network, dsn), serving(dsn, settings) as server:

        async def to_server() -> Any:
            return await asyncio.open_connection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))

        with between(to_server) as shop_network:
            yield Shop(server, database_network, shop_network, module_database_url)


def test_the_database_is_cut_off(shop: Shop) -> None:
    rush = Rush(shop.server)
    back = []

    def fault() -> None:
        shop.database_network.cut()
        assert shop.ask("/readyz") == 503
        assert shop.ask("/healthz") == 200
        shop.database_network.mend()
        back.append(wait_until(shop.is_ready))

    answers = rush.run(fault)
    assert answers.refusals
    assert back[0] < BACK_WITHIN_S
    check_books(rush, answers, shop.dsn)


def test_every_kind_of_request_is_told_to_come_later(shop: Shop) -> None:
    """Without a database nothing can be done, and no request is to blame for it."""
    rush = Rush(shop.server)
    application = f"/v1/applications/{rush.application['id']}"
    with rush.integration() as integration, rush.management() as management:
        assert rush.order(integration, 0).status_code == 200
        assert management.get(application).status_code == 200
        shop.database_network.cut()
        answers = [
            rush.order(integration, 1),
            integration.get("/v2/customer_sessions/order-0"),
            integration.put("/v2/customer_profiles/ann", json={"attributes": {}}),
            management.get(application),
            management.post("/v1/applications", json={"name": "x", "timezone": "UTC", "currency": "EUR"}),
            httpx.post(
                f"{shop.server.url}/v1/sessions", json={"email": "a@b.c", "password": "x"}, timeout=30
            ),
        ]
        shop.database_network.mend()
        wait_until(shop.is_ready)
        assert rush.order(integration, 1).status_code == 200
    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert all("retry-after" in answer.headers for answer in answers)


def test_the_database_is_cut_off_again_and_again(shop: Shop) -> None:
    rush = Rush(shop.server)

    def fault() -> None:
        for _ in range(5):
            shop.database_network.cut()
            shop.database_network.mend()
            wait_until(shop.is_ready)

    check_books(rush, rush.run(fault), shop.dsn)


def test_the_database_is_slow(shop: Shop) -> None:
    rush = Rush(shop.server)

    def fault() -> None:
        shop.database_network.hold_up(lambda: 0.02)

    try:
        answers = rush.run(fault)
        assert shop.is_ready()
    finally:
        shop.database_network.hold_up(None)
    assert not answers.refusals
    check_books(rush, answers, shop.dsn)


def test_the_shop_does_not_hear_the_answers(shop: Shop) -> None:
    """Requests arrive and are carried out; their answers are lost, and the shop asks again."""
    through_network = replace(shop.server, url=f"http://127.0.0.1:{shop.shop_network.port}")
    rush = Rush(through_network)

    def fault() -> None:
        shop.shop_network.lose_answers()
        wait_until(lambda: not shop.shop_network.answers_to_lose)

    answers = rush.run(fault)
    assert len(answers.losses) == LOST
    check_books(rush, answers, shop.dsn)


def test_the_shop_is_cut_off(shop: Shop) -> None:
    through_network = replace(shop.server, url=f"http://127.0.0.1:{shop.shop_network.port}")
    rush = Rush(through_network)

    def fault() -> None:
        shop.shop_network.cut()
        shop.shop_network.mend()

    answers = rush.run(fault)
    assert answers.losses
    check_books(rush, answers, shop.dsn)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All deadlines short, so that a test need not wait for them."""
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_SECONDS_MAX", 1.0)
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 1.0)
    monkeypatch.setattr("tercel.features.access.keys.callers.CALLER_SECONDS_MAX", 1.0)
    monkeypatch.setattr("tercel.database.readiness.READINESS_SECONDS_MAX", 0.2)


@pytest.mark.usefixtures("impatient")
def test_the_database_hangs(shop: Shop) -> None:
    """Its connections stay open and nothing comes: shops are answered in time, and all goes on when it goes on."""
    rush = Rush(shop.server)
    took = []

    def fault() -> None:
        shop.database_network.stall()
        started = time.monotonic()
        assert shop.ask("/readyz") == 503
        assert shop.ask("/healthz") == 200
        with rush.integration() as integration:
            assert rush.order(integration, 0).status_code in {409, 503}
        took.append(time.monotonic() - started)
        shop.database_network.flow()
        took.append(wait_until(shop.is_ready))

    answers = rush.run(fault)
    assert took[0] < BACK_WITHIN_S
    assert took[1] < BACK_WITHIN_S
    assert answers.refusals
    check_books(rush, answers, shop.dsn)


@pytest.mark.usefixtures("impatient")
def test_what_was_refused_while_the_database_hung_is_not_done_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue holds so many and no more; who was not in a batch was told the truth: nothing was done."""
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_COMMANDS_MAX", 2)
    monkeypatch.setattr("tercel.pipeline.queue.BATCHES_IN_FLIGHT_MAX", 2)
    monkeypatch.setattr("tercel.pipeline.queue.REQUESTS_WAITING_MAX", 10)
    # Because: nobody may still wait when the batches that hang are given up, or they would be in a batch too.
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 0.3)
    monkeypatch.setattr("tercel.pipeline.queue.BATCH_SECONDS_MAX", 2.0)
    rush = Rush(shop.server)
    with rush.integration() as integration:
        assert rush.order(integration, 1_000).status_code == 200
        shop.database_network.stall()
        refused = asyncio.run(rush.orders_at_once(range(60)))
        shop.database_network.flow()
        wait_until(shop.is_ready)
        # Behind this one nothing waits any more.
        wait_until(lambda: rush.order(integration, 1_001).status_code == 200)
    assert {answer.status_code for answer in refused.values()} == {503}
    assert all("retry-after" in answer.headers for answer in refused.values())
    waited = {n for n, answer in refused.items() if _WAITED in answer.json()["message"]}
    unknown = {n for n, answer in refused.items() if _UNKNOWN in answer.json()["message"]}
    assert len(unknown) <= 2 * 2
    assert len(waited) <= 10
    stored = _stored(shop.dsn, rush.application["id"])
    assert stored - {"order-1000", "order-1001"} <= {f"order-{n}" for n in unknown}
    assert {"order-1000", "order-1001"} <= stored


def _stored(dsn: str, application_id: int) -> set[str]:
    query = "SELECT integration_id FROM sessions WHERE application_id = %s"
    with psycopg.connect(dsn) as connection:
        return {name for (name,) in connection.execute(query, [application_id]).fetchall()}
