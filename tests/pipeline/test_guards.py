"""The guards of the ledger one by one: what was decided on a figure of before is refused where it would now pass a limit,
and stands where there is room, without any other guard coming to its help."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from psycopg import AsyncConnection

from tercel.base.keys import lookup_key
from tercel.database.engine import Database
from tercel.evaluation.snapshot import CounterKey
from tercel.features.aggregates import ORDER
from tercel.features.codes.coupons.aggregate import COUPON_CODES
from tercel.features.codes.referrals.aggregate import REFERRAL_CODES
from tercel.features.codes.reservations.aggregate import RESERVATIONS
from tercel.features.engine.sessions.aggregate import SESSION_KEYS, SESSIONS
from tercel.features.engine.sessions.writing.record import Tracked, record
from tercel.ledger.counters import COUNTERS
from tercel.ledger.entries import Cause, EntryRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.load import load
from tercel.pipeline.needs import Needs
from tests.pipeline.writing import is_lost
from tests.support.shop import Shop

pytestmark = pytest.mark.anyio

_BUDGET = CounterKey(7, "setDiscount", "", "")
_ONE = Decimal(1)


@pytest.fixture
async def connection(of_the_shop: Database) -> AsyncIterator[AsyncConnection[Any]]:
    """In a transaction that leaves nothing behind for others who verify the same ledger."""
    async with of_the_shop.connection() as opened, opened.transaction(force_rollback=True):
        yield opened


def _use(shop: Shop, work: Work, tracked: Tracked, *, kind: str = "redeemCoupon", **entry: Any) -> None:
    """One command that uses a code."""
    draft = Draft(work)
    cause = Cause(application_id=shop.application["id"], created=datetime.now(UTC), event_id=1)
    fields = {"campaign_id": 1, "ruleset_id": 1, "rule_index": 0, "amount": _ONE, **entry}
    record(draft.changes, cause, EntryRow(kind, **fields), [], tracked)
    draft.merge()


@pytest.mark.parametrize(("found", "lost"), [(3, True), (2, False)])
async def test_a_coupon_is_used_no_more_often_than_it_may(
    shop: Shop, connection: AsyncConnection[Any], found: int, lost: bool
) -> None:
    coupon = shop.coupon(shop.campaign(), "USED", usageLimit=3)
    work = Work(shop.owner)
    await load(connection, ORDER.loads, Needs({COUPON_CODES: {(shop.application["id"], "USED")}}), work)
    _use(shop, work, Tracked(usage=True, coupon_edits=0), coupon_id=coupon["id"])
    await connection.execute("UPDATE coupons SET usage_counter = %s WHERE id = %s", [found, coupon["id"]])
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("found", "lost"), [(8, True), (6, False)])
async def test_a_gift_card_gives_no_more_than_it_holds(
    shop: Shop, connection: AsyncConnection[Any], found: int, lost: bool
) -> None:
    coupon = shop.coupon(shop.campaign(), "GIFT", discountLimit=10)
    work = Work(shop.owner)
    await load(connection, ORDER.loads, Needs({COUPON_CODES: {(shop.application["id"], "GIFT")}}), work)
    spent = {"coupon_id": coupon["id"], "coupon_discount": Decimal(4)}
    _use(shop, work, Tracked(discount=True, coupon_edits=0), kind="setDiscount", **spent)
    await connection.execute("UPDATE coupons SET discount_counter = %s WHERE id = %s", [found, coupon["id"]])
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("found", "lost"), [(3, True), (2, False)])
async def test_a_rule_reserves_no_more_than_there_may_be(
    shop: Shop, connection: AsyncConnection[Any], found: int, lost: bool
) -> None:
    coupon = shop.coupon(shop.campaign(), "HELD", reservationLimit=3)
    work = Work(shop.owner)
    await load(connection, ORDER.loads, Needs({COUPON_CODES: {(shop.application["id"], "HELD")}}), work)
    draft = Draft(work)
    draft.changes[RESERVATIONS].made.add((coupon["id"], 1))
    draft.merge()
    await connection.execute(
        "UPDATE coupons SET reservation_counter = %s WHERE id = %s", [found, coupon["id"]]
    )
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("amount", "lost"), [(11, True), (10, False)])
async def test_a_budget_that_nobody_used_before_is_not_passed(
    shop: Shop, connection: AsyncConnection[Any], amount: int, lost: bool
) -> None:
    work = Work(shop.owner)
    draft = Draft(work)
    cause = Cause(application_id=shop.application["id"], created=datetime.now(UTC), event_id=1)
    entry = EntryRow("setDiscount", 7, 1, 0, Decimal(amount))
    uses = [(_BUDGET, Decimal(amount), Decimal(10))]
    record(draft.changes, cause, entry, uses, Tracked())
    draft.merge()
    # What would else see it: a limit that was filled is where it was read.
    draft.loaded.to_write[COUNTERS][shop.application["id"], _BUDGET].expected = None
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("found", "lost"), [(3, True), (2, False)])
async def test_a_referral_is_used_no_more_often_than_it_may(
    shop: Shop, connection: AsyncConnection[Any], found: int, lost: bool
) -> None:
    campaign = shop.campaign(features=["referrals"])
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, "usageLimit": 3}
    referral = shop.integration.post("/v1/referrals", json=body).json()
    work = Work(shop.owner)
    await load(
        connection, ORDER.loads, Needs({REFERRAL_CODES: {(shop.application["id"], referral["code"])}}), work
    )
    tracked = Tracked(referral_usage=True, referral_edits=0)
    _use(shop, work, tracked, kind="redeemReferral", referral_id=referral["id"])
    await connection.execute("UPDATE referrals SET usage_counter = %s WHERE id = %s", [found, referral["id"]])
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("moves", "lost"), [(1, True), (0, False)])
async def test_a_session_that_moved_is_not_written_over(
    shop: Shop, connection: AsyncConnection[Any], moves: int, lost: bool
) -> None:
    work = await _next_version(shop, connection, "order")
    await connection.execute(
        "UPDATE sessions SET version = version + %s WHERE application_id = %s",
        [moves, shop.application["id"]],
    )
    assert await is_lost(connection, work) is lost


async def test_a_session_that_somebody_else_created_is_not_written_over(
    shop: Shop, connection: AsyncConnection[Any]
) -> None:
    work = await _next_version(shop, connection, "order")
    [row] = work.to_write[SESSIONS].written.values()
    work.to_write[SESSIONS].written = {(row.application_id, row.key): msgspec.structs.replace(row, version=1)}
    assert await is_lost(connection, work)


async def _next_version(shop: Shop, connection: AsyncConnection[Any], name: str) -> Work:
    """A stored session that is about to be written once more."""
    shop.update(name)
    key = (shop.application["id"], lookup_key(name))
    work = Work(shop.owner)
    await load(connection, ORDER.loads, Needs({SESSION_KEYS: {key}}), work)
    draft = Draft(work)
    row = work[SESSIONS][key]
    draft.changes[SESSIONS].written[key] = msgspec.structs.replace(row, version=row.version + 1)
    draft.merge()
    return work


#: What two commands of a batch use and give back, and what others have used by the time of the commit, of three.
_IN_ORDER = [
    ((1, -1), 3, True),
    ((1, -1), 2, False),
    ((1, -2), 3, True),
    ((-2, 1), 3, False),
    ((2, -1), 2, True),
]


@pytest.mark.parametrize(("amounts", "found", "lost"), _IN_ORDER)
async def test_a_coupon_that_is_given_back_later_in_the_batch_had_to_be_free_before(
    shop: Shop, connection: AsyncConnection[Any], amounts: tuple[int, ...], found: int, lost: bool
) -> None:
    coupon = shop.coupon(shop.campaign(), "USED", usageLimit=3)
    work = Work(shop.owner)
    await load(connection, ORDER.loads, Needs({COUPON_CODES: {(shop.application["id"], "USED")}}), work)
    tracked = Tracked(usage=True, coupon_edits=0)
    for amount in amounts:
        _use(shop, work, tracked, coupon_id=coupon["id"], amount=Decimal(amount))
    await connection.execute("UPDATE coupons SET usage_counter = %s WHERE id = %s", [found, coupon["id"]])
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("amounts", "found", "lost"), _IN_ORDER)
async def test_a_gift_card_that_gets_money_back_later_in_the_batch_had_it_before(
    shop: Shop, connection: AsyncConnection[Any], amounts: tuple[int, ...], found: int, lost: bool
) -> None:
    coupon = shop.coupon(shop.campaign(), "GIFT", discountLimit=3)
    work = Work(shop.owner)
    await load(connection, ORDER.loads, Needs({COUPON_CODES: {(shop.application["id"], "GIFT")}}), work)
    tracked = Tracked(discount=True, coupon_edits=0)
    for amount in amounts:
        spent = {"coupon_id": coupon["id"], "coupon_discount": Decimal(amount)}
        _use(shop, work, tracked, kind="setDiscount", **spent)
    await connection.execute("UPDATE coupons SET discount_counter = %s WHERE id = %s", [found, coupon["id"]])
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("amounts", "found", "lost"), _IN_ORDER)
async def test_a_referral_that_is_given_back_later_in_the_batch_had_to_be_free_before(
    shop: Shop, connection: AsyncConnection[Any], amounts: tuple[int, ...], found: int, lost: bool
) -> None:
    campaign = shop.campaign(features=["referrals"])
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, "usageLimit": 3}
    referral = shop.integration.post("/v1/referrals", json=body).json()
    work = Work(shop.owner)
    await load(
        connection, ORDER.loads, Needs({REFERRAL_CODES: {(shop.application["id"], referral["code"])}}), work
    )
    tracked = Tracked(referral_usage=True, referral_edits=0)
    for amount in amounts:
        _use(shop, work, tracked, kind="redeemReferral", referral_id=referral["id"], amount=Decimal(amount))
    await connection.execute("UPDATE referrals SET usage_counter = %s WHERE id = %s", [found, referral["id"]])
    assert await is_lost(connection, work) is lost


@pytest.mark.parametrize(("amounts", "found", "lost"), _IN_ORDER)
async def test_a_budget_that_is_given_back_later_in_the_batch_had_to_be_free_before(
    shop: Shop, connection: AsyncConnection[Any], amounts: tuple[int, ...], found: int, lost: bool
) -> None:
    work, application_id = Work(shop.owner), shop.application["id"]
    cause = Cause(application_id=application_id, created=datetime.now(UTC), event_id=1)
    for amount in amounts:
        draft = Draft(work)
        entry = EntryRow("setDiscount", _BUDGET.campaign_id, 1, 0, Decimal(amount))
        limit = Decimal(3) if amount > 0 else None
        record(draft.changes, cause, entry, [(_BUDGET, Decimal(amount), limit)], Tracked())
        draft.merge()
    await connection.execute(
        "INSERT INTO counters (application_id, campaign_id, action, scope, period, used) VALUES (%s, 7, 'setDiscount', '', '', %s)",
        [application_id, found],
    )
    assert await is_lost(connection, work) is lost
