"""What was decided on a figure that must not have moved is decided again when it has: amounts cut to what a limit leaves,
reservations that a rule makes, sessions that an event follows, and the customer of a return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from psycopg import AsyncConnection

from tercel.base.codec import decode_any
from tercel.base.keys import lookup_key
from tercel.database.engine import Database
from tercel.database.ids import IdAllocator
from tercel.evaluation.snapshot import CounterKey
from tercel.features.aggregates import ORDER
from tercel.features.codes.coupons.aggregate import COUPON_CODES
from tercel.features.codes.reservations.aggregate import RESERVATIONS
from tercel.features.common.caller import Caller
from tercel.features.engine.configuration.cache import ConfigurationCache
from tercel.features.engine.sessions.aggregate import SESSION_KEYS, SESSIONS
from tercel.features.engine.sessions.commands.returns import ReturnItems
from tercel.features.engine.sessions.return_model import NewReturn, ReturnedItem, ReturnRequest
from tercel.features.engine.sessions.writing.record import Tracked, record
from tercel.ledger.counters import COUNTERS
from tercel.ledger.entries import Cause, EntryRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.batch import Batches
from tercel.pipeline.command import Answer
from tercel.pipeline.draft import Draft
from tercel.pipeline.load import load
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner
from tercel.pipeline.queue import Pipeline
from tests.pipeline.writing import is_lost
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

_APPLICATION = 1
_KEY = CounterKey(7, "setDiscount", "", "")
_LIMIT = Decimal(10)


def _move(work: Work, amount: int, *, coupon_id: int | None = None) -> None:
    """One command of a batch that takes from the counter, or from the coupon's; a negative amount gives back."""
    draft = Draft(work)
    cause = Cause(application_id=work.owner.application_id, created=datetime.now(UTC), event_id=1)
    entry = EntryRow(
        kind="setDiscount",
        campaign_id=_KEY.campaign_id,
        ruleset_id=1,
        rule_index=0,
        amount=Decimal(amount),
        coupon_id=coupon_id,
        coupon_discount=None if coupon_id is None else Decimal(amount),
    )
    uses = [(_KEY, Decimal(amount), _LIMIT if amount > 0 else None)] if coupon_id is None else []
    record(draft.changes, cause, entry, uses, Tracked(discount=True, coupon_edits=0))
    draft.merge()


async def _used(connection: AsyncConnection[Any]) -> Decimal:
    cursor = await connection.execute("SELECT used FROM counters")
    row = await cursor.fetchone()
    assert row is not None
    used: Decimal = row[0]
    return used


@pytest.mark.parametrize(
    ("read", "moves", "found", "left"),
    [
        pytest.param(8, [2], 8, 10, id="what fills a limit stands when nobody came between"),
        pytest.param(8, [2], 5, None, id="what fills a limit falls when somebody gave back"),
        pytest.param(8, [1], 5, 6, id="what leaves room stands whoever gave back"),
        pytest.param(8, [1], 9, 10, id="what leaves room stands whoever took"),
        pytest.param(8, [1], 10, None, id="what would pass the limit falls"),
        pytest.param(10, [-5, 5], 10, 10, id="a batch may fill what it emptied"),
        pytest.param(
            10, [-5, 5], 9, None, id="a batch that filled what it emptied falls when somebody gave back"
        ),
        pytest.param(10, [-5, 5, -2], 9, None, id="what was full in between counts"),
    ],
)
async def test_a_limit_that_was_filled_is_where_it_was_read(
    database: Database, read: int, moves: list[int], found: int, left: int | None
) -> None:
    work = Work(Owner(_APPLICATION, 1))
    work[COUNTERS][_APPLICATION, _KEY] = Decimal(read)
    for amount in moves:
        _move(work, amount)
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO counters (application_id, campaign_id, action, scope, period, used)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [_APPLICATION, *_KEY, found],
        )
        assert await is_lost(connection, work) is (left is None)
        assert await _used(connection) == (found if left is None else left)


@pytest.mark.parametrize(("amount", "lost"), [(5, True), (4, False)])
async def test_a_gift_card_that_was_emptied_is_where_it_was_read(
    shop: Shop, of_the_shop: Database, amount: int, lost: bool
) -> None:
    coupon = shop.coupon(shop.campaign(features=["coupons"]), "GIFT", discountLimit=10)
    spend = "UPDATE coupons SET discount_counter = %s WHERE id = %s"
    work = Work(shop.owner)
    async with of_the_shop.connection() as connection:
        await connection.execute(spend, [5, coupon["id"]])
        await load(connection, ORDER.loads, Needs({COUPON_CODES: {(shop.application["id"], "GIFT")}}), work)
        _move(work, amount, coupon_id=coupon["id"])
        await connection.execute(spend, [3, coupon["id"]])
        try:
            assert await is_lost(connection, work) is lost
        finally:  # other tests verify the ledger of the same server
            written = "SELECT coalesce(sum(coupon_discount), 0) FROM entries WHERE coupon_id = c.id"
            await connection.execute(
                f"UPDATE coupons AS c SET discount_counter = ({written}) WHERE id = %s", [coupon["id"]]
            )


async def test_a_reservation_that_somebody_else_made_is_not_made_again(
    shop: Shop, of_the_shop: Database
) -> None:
    coupon = shop.coupon(shop.campaign(features=["coupons"]), "MINE")
    work = Work(shop.owner)
    draft = Draft(work)
    draft.changes[RESERVATIONS].made.add((coupon["id"], 1))
    draft.merge()
    async with of_the_shop.connection() as connection:
        await connection.execute(
            "INSERT INTO coupon_reservations VALUES (%s, %s, 1)", [shop.owner.application_id, coupon["id"]]
        )
        assert await is_lost(connection, work)
        await connection.execute("DELETE FROM coupon_reservations WHERE coupon_id = %s", [coupon["id"]])


@pytest.mark.parametrize(("moves", "lost"), [(0, False), (1, True)])
async def test_a_session_that_is_followed_is_as_it_was_read(
    shop: Shop, of_the_shop: Database, moves: int, lost: bool
) -> None:
    shop.update("order", state="closed")
    key = (shop.application["id"], lookup_key("order"))
    work = Work(shop.owner)
    async with of_the_shop.connection() as connection:
        await load(connection, ORDER.loads, Needs({SESSION_KEYS: {key}}), work)
        draft = Draft(work)
        draft.changes[SESSIONS].expected[key] = work[SESSIONS][key].version
        draft.merge()
        await connection.execute(
            "UPDATE sessions SET version = version + %s WHERE (application_id, key) = (%s, %s)",
            [moves, *key],
        )
        assert await is_lost(connection, work) is lost


class Interrupted(ReturnItems):
    """A return after whose first decision something else happens."""

    happening: Callable[[], None]
    decisions = 0

    def decide(self, draft: Draft, configuration: Any) -> Answer:
        answer = super().decide(draft, configuration)
        self.decisions += 1
        if self.decisions == 1:
            self.happening()
        return answer


async def test_a_return_whose_customer_moved_meanwhile_is_decided_again(
    shop: Shop, of_the_shop: Database
) -> None:
    """It raises an attribute that somebody else sets between its decision and its commit."""
    names = [f"{each}{shop.application['id']}" for each in ("Raised", "Beside")]
    for name in names:
        body = {"entity": "CustomerProfile", "name": name, "title": name, "type": "number", "description": ""}
        made = shop.management.post("/v1/attributes", json={**body, "suggestions": [], "editable": True})
        assert made.status_code == 201, made.text

    def set_both(value: int) -> None:
        attributes = dict.fromkeys(names, value)
        path = f"/v2/customer_profiles/{shop.ann}"
        shop.integration.put(path, json={"attributes": attributes}).raise_for_status()

    raised = ["updateAttribute", f"Profile.Attributes.{names[0]}", 1, "increaseBy"]
    small = ["and", ["<", [".", "Session", "Total"], 50]]
    campaign = shop.campaign(
        rule(["setDiscount", "d", 1]),
        rule(raised, ["createCoupon", ["kv", ["recipient", "Current"]]], when=small),
        reevaluateOnReturn=True,
        limits=[{"action": "createCoupon", "limit": 5, "entities": []}],
    )
    set_both(10)
    shop.update("order", profileId=shop.ann, state="closed", cartItems=[item("A", 60), item("B", 20)])
    command = Interrupted(
        Caller(account_id=shop.application["accountId"], application_id=shop.application["id"]),
        "order",
        ReturnRequest(returned=NewReturn([ReturnedItem(sku="A")])),
        now=datetime.now(UTC),
        runs_rules=True,
    )
    command.happening = lambda: set_both(20)
    answer = await Pipeline(Batches(of_the_shop, ConfigurationCache(), IdAllocator(), ORDER)).submit(command)
    assert command.decisions == 2
    values = [e["props"]["value"] for e in decode_any(answer.body)["effects"]]
    assert values[0] == 21
    assert shop.profile(shop.ann)["attributes"] == dict(zip(names, (21, 20), strict=True))
    assert shop.stored_coupon(campaign, values[1])["recipientIntegrationId"] == shop.ann
    assert shop.budgets(campaign) == {"createCoupon": 1}
