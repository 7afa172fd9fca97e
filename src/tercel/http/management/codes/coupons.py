"""Creating, changing and deleting coupons (behaviour/campaigns 5, 6); ``coupon_lists`` has the lists."""

from __future__ import annotations

from tercel.features.codes.coupons import change, create
from tercel.features.codes.coupons.listing import CouponQuery
from tercel.features.codes.coupons.model import (
    Coupon,
    NewCoupons,
    NewCouponsForMultipleRecipients,
    UpdateCoupon,
    UpdateCouponBatch,
)
from tercel.features.common.envelopes import Counted
from tercel.http.decoding.query import SilentQuery
from tercel.http.kernel.call import CampaignCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Coupons", "/v1/applications/{applicationId}/campaigns/{campaignId}", Access.MANAGEMENT)


@api.post("createCoupons", "/coupons")
async def create_coupons(call: CampaignCall[NewCoupons, SilentQuery]) -> Counted[Coupon] | None:
    """Create coupons."""
    codes = await create.create_coupons(call.tx, call.campaign, call.body, now=call.now)
    return None if call.query.is_silent() else await create.describe_coupons(call.tx, call.campaign, codes)


@api.post("createCouponsForMultipleRecipients", "/coupons_with_recipients")
async def create_coupons_for_multiple_recipients(
    call: CampaignCall[NewCouponsForMultipleRecipients, SilentQuery],
) -> Counted[Coupon] | None:
    """Create coupons for multiple recipients."""
    codes = await create.create_coupons_for_recipients(call.tx, call.campaign, call.body, now=call.now)
    return None if call.query.is_silent() else await create.describe_coupons(call.tx, call.campaign, codes)


@api.put("updateCoupon", "/coupons/{couponId}")
async def update_coupon(call: CampaignCall[UpdateCoupon]) -> Coupon:
    """Update a coupon."""
    return await change.update_coupon(call.tx, call.campaign, call.id("couponId"), call.body)


@api.put("updateCouponBatch", "/coupons")
async def update_coupon_batch(call: CampaignCall[UpdateCouponBatch]) -> None:
    """Update the coupons of a batch, or all of the campaign."""
    await change.update_coupon_batch(call.tx, call.campaign, call.body)


@api.delete("deleteCoupon", "/coupons/{couponId}")
async def delete_coupon(call: CampaignCall) -> None:
    """Delete a coupon."""
    await change.delete_coupon(call.tx, call.campaign, call.id("couponId"))


@api.delete("deleteCoupons", "/coupons", is_query_strict=True)
async def delete_coupons(call: CampaignCall[None, CouponQuery]) -> None:
    """Delete the coupons that match the filters, all of the campaign without any."""
    await change.delete_matching_coupons(call.tx, call.scope, call.query)
