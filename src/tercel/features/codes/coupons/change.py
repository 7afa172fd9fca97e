"""Changing and deleting coupons, one or many (behaviour/campaigns 6)."""

from __future__ import annotations

from typing import Any

from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.checks import (
    constraint_problems,
    coupon_attribute_problems,
    limit_problems,
)
from tercel.features.codes.coupons.listing import CouponFilter
from tercel.features.codes.coupons.model import (
    Attributes,
    Coupon,
    CouponConstraints,
    UpdateCoupon,
    UpdateCouponBatch,
)
from tercel.features.codes.coupons.store import (
    answer,
    change_coupon,
    change_coupons,
    coupons_of,
    delete_coupons,
    not_found,
    one_coupon,
)
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.library.checks import refuse, without_nulls
from tercel.features.common.scope import CampaignScope
from tercel.ledger.counting import count_coupon
from tercel.ledger.start_counting import started_coupon_counters, stop_redemptions


async def update_coupon(
    tx: Transaction, campaign: CodeCampaign, coupon_id: int, change: UpdateCoupon
) -> Coupon:
    """Change one coupon; what it is now.

    Raises:
        NotFoundError: the campaign has no such coupon.
        InvalidError: the new settings cannot be used.
    """
    await stop_redemptions(tx, campaign.id)
    recipient = change.recipient_integration_id or None
    refuse(
        [
            *constraint_problems(change),
            *limit_problems(change.limits, is_single=recipient is None),
            *await coupon_attribute_problems(tx, campaign, change.attributes),
        ]
    )
    values = await _values(tx, campaign, change, change.attributes)
    values["recipient_integration_id"] = recipient
    values["reservation"] = recipient is None
    values |= _given("is_reservation_mandatory", change.is_reservation_mandatory)
    values |= _given("implicitly_reserved", change.implicitly_reserved)
    values |= _given("limits", change.limits)
    row = await change_coupon(tx, one_coupon(campaign, coupon_id), values)
    if row is None:
        raise not_found(coupon_id)
    if change.limits is not None:
        await count_coupon(tx, campaign.application_id, campaign.id, coupon_id)
    return (await answer(tx, [row]))[0]


async def update_coupon_batch(tx: Transaction, campaign: CodeCampaign, change: UpdateCouponBatch) -> None:
    """Change the coupons of one batch, or all of the campaign when no batch is named.

    Raises:
        InvalidError: the new settings cannot be used.
    """
    refuse([*constraint_problems(change), *await coupon_attribute_problems(tx, campaign, change.attributes)])
    which = coupons_of(campaign)
    if change.batch_id is not None:
        which.append(coupons.c.batch_id == change.batch_id)
    await change_coupons(tx, which, await _values(tx, campaign, change, change.attributes))


async def delete_coupon(tx: Transaction, campaign: CodeCampaign, coupon_id: int) -> None:
    """Delete one coupon.

    Raises:
        NotFoundError: the campaign has no such coupon.
    """
    await stop_redemptions(tx, campaign.id)
    if not await delete_coupons(tx, one_coupon(campaign, coupon_id)):
        raise not_found(coupon_id)


async def delete_matching_coupons(tx: Transaction, scope: CampaignScope, filters: CouponFilter) -> int:
    """Delete the coupons of a campaign that the filters mean; how many there were."""
    return await delete_coupons(tx, [*scope.holds(coupons), *filters.conditions(scope)])


async def _values(
    tx: Transaction, campaign: CodeCampaign, change: CouponConstraints, attributes: Attributes | None
) -> dict[str, Any]:
    """Return the columns to write: dates always, the rest when given; with a limit, the counter that it starts."""
    values: dict[str, Any] = {"start_date": change.start_date, "expiry_date": change.expiry_date}
    values |= _given("usage_limit", change.usage_limit)
    values |= _given("discount_limit", change.discount_limit)
    values |= await started_coupon_counters(
        tx, campaign.id, usage="usage_limit" in values, discount="discount_limit" in values
    )
    values |= _given("reservation_limit", change.reservation_limit)
    if attributes is not None:
        values["attributes"] = without_nulls(attributes)
    return values


def _given(name: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {name: value}
