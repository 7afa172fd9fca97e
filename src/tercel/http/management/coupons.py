"""Creating, changing and deleting coupons (management.md 4.3, 4.4); ``coupon_lists`` has the lists."""

from __future__ import annotations

from tercel.database.transaction import Transaction
from tercel.features.codes.campaign import CodeCampaign, get_code_campaign
from tercel.features.codes.make import secure_choices
from tercel.features.coupons import change, create
from tercel.features.coupons.model import (
    Coupon,
    CouponFilter,
    NewCoupons,
    NewCouponsForMultipleRecipients,
    UpdateCoupon,
    UpdateCouponBatch,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import SilentQuery

_CAMPAIGN = "/v1/applications/{applicationId}/campaigns/{campaignId}"
_COUPONS = f"{_CAMPAIGN}/coupons"
_COUPON = f"{_COUPONS}/{{couponId}}"
_TAG = "Coupons"


@operation(
    "createCoupons",
    "POST",
    _COUPONS,
    Access.MANAGEMENT,
    body=NewCoupons,
    query=SilentQuery,
    answer=Counted[Coupon],
    tag=_TAG,
)
async def create_coupons(call: Call) -> Counted[Coupon] | None:
    """Create coupons."""
    async with call.transaction() as tx:
        campaign = await _campaign(call, tx)
        codes = await create.create_coupons(tx, campaign, call.body, now=call.now, choices=secure_choices)
        return await _created(call, tx, campaign, codes)


@operation(
    "createCouponsForMultipleRecipients",
    "POST",
    f"{_CAMPAIGN}/coupons_with_recipients",
    Access.MANAGEMENT,
    body=NewCouponsForMultipleRecipients,
    query=SilentQuery,
    answer=Counted[Coupon],
    tag=_TAG,
)
async def create_coupons_for_multiple_recipients(call: Call) -> Counted[Coupon] | None:
    """Create coupons for multiple recipients."""
    async with call.transaction() as tx:
        campaign = await _campaign(call, tx)
        codes = await create.create_coupons_for_recipients(
            tx, campaign, call.body, now=call.now, choices=secure_choices
        )
        return await _created(call, tx, campaign, codes)


@operation("updateCoupon", "PUT", _COUPON, Access.MANAGEMENT, body=UpdateCoupon, answer=Coupon, tag=_TAG)
async def update_coupon(call: Call) -> Coupon:
    """Update a coupon."""
    async with call.transaction() as tx:
        campaign = await _campaign(call, tx)
        return await change.update_coupon(tx, campaign, call.id("couponId"), call.body)


@operation("updateCouponBatch", "PUT", _COUPONS, Access.MANAGEMENT, body=UpdateCouponBatch, tag=_TAG)
async def update_coupon_batch(call: Call) -> None:
    """Update the coupons of a batch, or all of the campaign."""
    async with call.transaction() as tx:
        await change.update_coupon_batch(tx, await _campaign(call, tx), call.body)


@operation("deleteCoupon", "DELETE", _COUPON, Access.MANAGEMENT, tag=_TAG)
async def delete_coupon(call: Call) -> None:
    """Delete a coupon."""
    async with call.transaction() as tx:
        await change.delete_coupon(tx, await _campaign(call, tx), call.id("couponId"))


@operation(
    "deleteCoupons",
    "DELETE",
    _COUPONS,
    Access.MANAGEMENT,
    query=CouponFilter,
    is_query_strict=True,
    tag=_TAG,
)
async def delete_coupons(call: Call) -> None:
    """Delete the coupons that match the filters, all of the campaign without any."""
    async with call.transaction() as tx:
        await change.delete_matching_coupons(tx, await _campaign(call, tx), call.query, call.now)


async def _campaign(call: Call, tx: Transaction) -> CodeCampaign:
    return await get_code_campaign(tx, await call.application(tx), call.id("campaignId"))


async def _created(
    call: Call, tx: Transaction, campaign: CodeCampaign, codes: list[str]
) -> Counted[Coupon] | None:
    if call.query.is_silent():
        return None
    return Counted(len(codes), await create.describe_coupons(tx, campaign, codes))


OPERATIONS = [
    create_coupons,
    create_coupons_for_multiple_recipients,
    update_coupon,
    update_coupon_batch,
    delete_coupon,
    delete_coupons,
]
