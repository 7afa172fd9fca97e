"""Changing and deleting coupons (behaviour/campaigns 6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec import UNSET
from sqlalchemy import func, insert, select

from tercel.base.errors import InvalidError, NotFoundError
from tercel.database.tables.codes import coupon_reservations, coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.change import (
    delete_coupon,
    delete_matching_coupons,
    update_coupon,
    update_coupon_batch,
)
from tercel.features.codes.coupons.listing import CouponQuery
from tercel.features.codes.coupons.model import UpdateCoupon, UpdateCouponBatch
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.caller import Caller
from tercel.features.common.limits import LimitConfig
from tests.features.campaigns_and_entries import define, enter, make_campaign
from tests.features.coupons.conftest import NOW, Create
from tests.features.scopes import campaign_scope

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


async def codes(tx: Transaction) -> list[str]:
    return list(await tx.scalars(select(coupons.c.value).order_by(coupons.c.id)))


async def test_absent_dates_and_recipient_are_removed_and_the_rest_stays(
    tx: Transaction, caller: Caller, campaign: CodeCampaign, create: Create
) -> None:
    await define(tx, caller, "Coupon", "size")
    [before] = await create(
        usage_limit=3,
        discount_limit=Decimal(5),
        reservation_limit=2,
        start_date=NOW,
        expiry_date=NOW + DAY,
        recipient_integration_id="ann",
        attributes={"size": "L"},
        is_reservation_mandatory=True,
        implicitly_reserved=True,
    )
    after = await update_coupon(tx, campaign, before.id, UpdateCoupon())
    assert (after.start_date, after.expiry_date, after.recipient_integration_id) == (UNSET, UNSET, UNSET)
    assert after.reservation is True
    assert (after.usage_limit, after.discount_limit, after.reservation_limit) == (3, 5, 2)
    assert (after.attributes, after.is_reservation_mandatory, after.implicitly_reserved) == (
        {"size": "L"},
        True,
        True,
    )
    assert (after.value, after.batch_id, after.created) == (before.value, before.batch_id, before.created)


async def test_everything_but_the_code_can_be_changed(
    tx: Transaction, caller: Caller, campaign: CodeCampaign, create: Create
) -> None:
    await define(tx, caller, "Coupon", "size")
    [coupon] = await create(attributes={"size": "L"}, is_reservation_mandatory=True)
    limit = LimitConfig(action="redeemCoupon", limit=Decimal(2), entities=["Profile"])
    change = UpdateCoupon(
        usage_limit=7,
        discount_limit=Decimal("0.5"),
        reservation_limit=0,
        start_date=NOW,
        expiry_date=NOW + DAY,
        attributes={},
        is_reservation_mandatory=False,
        limits=[limit],
    )
    after = await update_coupon(tx, campaign, coupon.id, change)
    assert (after.usage_limit, after.discount_limit, after.reservation_limit) == (7, Decimal("0.5"), 0)
    assert (after.start_date, after.expiry_date) == (NOW, NOW + DAY)
    assert (after.attributes, after.is_reservation_mandatory) == ({}, False)
    assert after.limits == [{"action": "redeemCoupon", "limit": 2, "entities": ["Profile"]}]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (UpdateCoupon(start_date=NOW, expiry_date=NOW - DAY), "/expiryDate"),
        (UpdateCoupon(discount_limit=Decimal(-1)), "/discountLimit"),
        (UpdateCoupon(attributes={"nope": 1}), "/attributes/nope"),
    ],
)
async def test_changes_that_cannot_be(
    tx: Transaction, campaign: CodeCampaign, create: Create, change: UpdateCoupon, pointer: str
) -> None:
    [coupon] = await create()
    with pytest.raises(InvalidError) as refused:
        await update_coupon(tx, campaign, coupon.id, change)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


async def test_a_counter_that_was_not_kept_starts_at_the_sum_of_its_entries(
    tx: Transaction, campaign: CodeCampaign, create: Create
) -> None:
    [coupon] = await create(usage_limit=0)
    for amount in (1, 1, -1, 1):
        await enter(tx, campaign, "redeemCoupon", amount, coupon_id=coupon.id)
    await enter(tx, campaign, "setDiscount", 4, coupon_id=coupon.id, coupon_discount=Decimal("4.5"))
    change = UpdateCoupon(usage_limit=5, discount_limit=Decimal(10))
    after = await update_coupon(tx, campaign, coupon.id, change)
    assert (after.usage_counter, after.discount_counter, after.discount_remainder) == (
        2,
        Decimal("4.5"),
        Decimal("5.5"),
    )
    again = await update_coupon(tx, campaign, coupon.id, UpdateCoupon(usage_limit=6))
    assert again.usage_counter == 2


async def test_a_batch_or_the_whole_campaign(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    batch = await create(number_of_coupons=2, expiry_date=NOW + DAY)
    [other] = await create(expiry_date=NOW + DAY)
    await update_coupon_batch(tx, campaign, UpdateCouponBatch(usage_limit=4, batch_id=str(batch[0].batch_id)))
    rows = await tx.all(select(coupons.c.usage_limit, coupons.c.expiry_date).order_by(coupons.c.id))
    assert [tuple(row) for row in rows] == [(4, None), (4, None), (0, other.expiry_date)]
    await update_coupon_batch(tx, campaign, UpdateCouponBatch(usage_limit=9))
    assert set(await tx.scalars(select(coupons.c.usage_limit))) == {9}
    await update_coupon_batch(tx, campaign, UpdateCouponBatch(usage_limit=1, batch_id="unknown"))
    assert set(await tx.scalars(select(coupons.c.usage_limit))) == {9}


async def test_deleting_takes_the_reservations_along(
    tx: Transaction, campaign: CodeCampaign, create: Create
) -> None:
    [gone], [kept] = await create(), await create()
    for coupon in (gone, kept):
        await tx.execute(
            insert(coupon_reservations).values(
                application_id=campaign.application_id, coupon_id=coupon.id, profile_id=1
            )
        )
    await delete_coupon(tx, campaign, gone.id)
    assert await codes(tx) == [kept.value]
    assert await tx.scalars(select(coupon_reservations.c.coupon_id)) == [kept.id]


async def test_deleting_by_filters(tx: Transaction, campaign: CodeCampaign, create: Create) -> None:
    for code in ("SUMMER-1", "SUMMER-2", "WINTER-1"):
        await create(coupon_pattern=code)
    scope = campaign_scope(campaign, NOW)
    assert await delete_matching_coupons(tx, scope, CouponQuery(value="***")) == 0
    assert await delete_matching_coupons(tx, scope, CouponQuery(value="summer")) == 2
    assert await codes(tx) == ["WINTER-1"]
    assert await delete_matching_coupons(tx, scope, CouponQuery()) == 1


async def test_coupons_of_other_campaigns_are_out_of_reach(
    tx: Transaction, caller: Caller, application_id: int, campaign: CodeCampaign, create: Create
) -> None:
    [coupon] = await create()
    other = await make_campaign(tx, caller, application_id)
    for attempt in (
        update_coupon(tx, other, coupon.id, UpdateCoupon()),
        delete_coupon(tx, other, coupon.id),
        delete_coupon(tx, campaign, coupon.id + 1),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    await update_coupon_batch(tx, other, UpdateCouponBatch(usage_limit=5))
    assert await delete_matching_coupons(tx, campaign_scope(other, NOW), CouponQuery()) == 0
    assert await tx.scalar(select(func.max(coupons.c.usage_limit))) == 0
