"""A decision rests on the configuration of its commit: what changes meanwhile makes it run again, and waits for it at the end (behaviour/requests 9; behaviour/evaluation 1)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tercel.base.errors import NotFoundError
from tercel.base.limits import BATCH_ATTEMPTS_MAX
from tercel.database.engine import Database
from tercel.database.revisions import touch_account, touch_application
from tercel.pipeline.revisions import share_revisions
from tests.pipeline.orders import Order, discount
from tests.support.process import wait_until
from tests.support.server import Server, created
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

_LOCK_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"
_FOUR = rule(["setDiscount", "d", 4])


@pytest.fixture
def limited(shop: Shop) -> Callable[[int], None]:
    """A campaign with a budget of money that it gives away in part; what moves that budget."""
    shop.management.put(
        shop.path, json={**shop.application, "enablePartialDiscounts": True}
    ).raise_for_status()
    campaign = shop.campaign(_FOUR, limits=_limits(30))

    def move(limit: int) -> None:
        body = {
            "name": "c",
            "state": "enabled",
            "tags": [],
            "features": ["coupons"],
            "limits": _limits(limit),
        }
        shop.management.put(f"{shop.path}/campaigns/{campaign['id']}", json=body).raise_for_status()

    return move


def _limits(amount: int) -> list[dict[str, Any]]:
    return [{"action": "setDiscount", "limit": amount, "entities": []}]


@pytest.mark.parametrize("is_dry", [False, True])
async def test_a_budget_is_held_against_the_limit_of_the_same_moment(
    shop: Shop, of_the_shop: Database, limited: Callable[[int], None], is_dry: bool
) -> None:
    """Between the two rounds of loading the limit rises and somebody uses more than the old one."""
    limited(2)
    order = Order(shop, is_dry=is_dry)

    def raise_and_use() -> None:
        limited(30)
        assert shop.update("other", state="closed", cartItems=[item("A", 10)])["effects"]

    order.when_read = raise_and_use
    assert await discount(of_the_shop, order) == 4


async def test_what_was_decided_under_a_higher_limit_is_decided_again(
    shop: Shop, of_the_shop: Database, limited: Callable[[int], None]
) -> None:
    order = Order(shop)
    order.when_decided = lambda decisions: limited(2) if decisions == 1 else None
    assert await discount(of_the_shop, order) == 2
    assert order.decisions == 2


@pytest.mark.parametrize(
    ("where", "decisions"), [("its account", 2), ("its application", 2), ("another application", 1)]
)
async def test_only_changes_that_an_evaluation_could_notice_make_it_run_again(
    shop: Shop, of_the_shop: Database, where: str, decisions: int
) -> None:
    shop.campaign(_FOUR)
    name = f"Where{shop.application['id']}"
    attribute = {"entity": "CustomerProfile", "name": name, "title": name, "type": "number", "description": "",
                 "suggestions": [], "editable": True}  # fmt: skip
    application = {"name": name, "timezone": "UTC", "currency": "EUR"}
    other = created(shop.management.post("/v1/applications", json=application))
    send, path, body = {
        "its account": (shop.management.post, "/v1/attributes", attribute),
        "its application": (shop.management.put, shop.path, shop.application),
        "another application": (shop.management.put, f"/v1/applications/{other['id']}", application),
    }[where]

    def change(decisions: int) -> None:
        if decisions == 1:
            send(path, json=body).raise_for_status()

    order = Order(shop)
    order.when_decided = change
    assert await discount(of_the_shop, order) == 4
    assert order.decisions == decisions


async def test_changes_without_end_do_not_keep_an_order_from_its_commit(
    server: Server, shop: Shop, of_the_shop: Database, limited: Callable[[int], None]
) -> None:
    """At last it takes its locks first, and the change waits."""
    changing: list[Future[None]] = []
    with ThreadPoolExecutor(1) as beside, psycopg.connect(server.dsn, autocommit=True) as looking:

        def change(decisions: int) -> None:
            if decisions <= BATCH_ATTEMPTS_MAX:
                limited(30 - decisions)
                return
            changing.append(beside.submit(limited, 1))
            wait_until(lambda: looking.execute(_LOCK_WAITS).fetchone() == (1,))

        order = Order(shop)
        order.when_decided = change
        assert await discount(of_the_shop, order) == 4
        assert order.decisions == BATCH_ATTEMPTS_MAX + 1
        changing[0].result()
    assert await discount(of_the_shop, Order(shop, "next")) == 0


async def test_a_change_that_takes_long_holds_up_no_order(shop: Shop, of_the_shop: Database) -> None:
    shop.campaign(_FOUR)
    async with of_the_shop.transaction() as tx:
        await touch_application(tx, shop.application["id"])
        await touch_account(tx, shop.application["accountId"])
        assert await discount(of_the_shop, Order(shop)) == 4


async def test_an_application_that_is_gone_cannot_change(of_the_shop: Database) -> None:
    with pytest.raises(NotFoundError, match="application `0`"):
        async with of_the_shop.transaction() as tx:
            await touch_application(tx, 0)


async def test_a_change_is_not_committed_while_an_order_is(shop: Shop, of_the_shop: Database) -> None:
    async def change() -> None:
        async with of_the_shop.transaction() as tx:
            await touch_application(tx, shop.application["id"])

    async with of_the_shop.connection() as connection, connection.transaction():
        await share_revisions(connection, shop.application["id"])
        changing = asyncio.create_task(change())
        async with asyncio.timeout(30):
            while (await (await connection.execute(_LOCK_WAITS)).fetchone()) != (1,):
                await asyncio.sleep(0)
        assert not changing.done()
    await changing
