"""Lists of coupons, by filters and attributes (behaviour/campaigns 7); the older ones count all rows."""

from __future__ import annotations

from tercel.features.codes.coupons.listing import (
    COUPON_VALUES,
    COUPONS,
    CouponListQuery,
    CouponSearch,
)
from tercel.features.codes.coupons.model import Coupon, CouponValue
from tercel.features.common.envelopes import Counted, Uncounted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import ApplicationCall, CampaignCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Coupons", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("getCoupons", "/campaigns/{campaignId}/coupons")
async def get_coupons(call: CampaignCall[None, Paged[CouponListQuery]]) -> Counted[Coupon]:
    """List the coupons of a campaign with their number."""
    return await COUPONS.counted(call.tx, call.scope, call.query)


@api.get("getCouponsWithoutTotalCount", "/campaigns/{campaignId}/coupons/no_total")
async def get_coupons_without_total_count(
    call: CampaignCall[None, Paged[CouponListQuery]],
) -> Uncounted[Coupon] | Uncounted[CouponValue]:
    """List the coupons of a campaign."""
    if call.query.filter.values_only:
        return await COUPON_VALUES.uncounted(call.tx, call.scope, call.query)
    return await COUPONS.uncounted(call.tx, call.scope, call.query)


@api.post("getCouponsByAttributes", "/campaigns/{campaignId}/coupons_search")
async def get_coupons_by_attributes(
    call: CampaignCall[CouponSearch, Paged[CouponListQuery]],
) -> Counted[Coupon]:
    """Search the coupons of a campaign by attributes (older form)."""
    return await COUPONS.counted(call.tx, call.scope, call.query, *call.body.conditions())


@api.post("searchCouponsAdvanced", "/campaigns/{campaignId}/coupons_search_advanced")
async def search_coupons_advanced(
    call: CampaignCall[CouponSearch, Paged[CouponListQuery]],
) -> Counted[Coupon]:
    """Search the coupons of a campaign by attributes, with their number."""
    return await COUPONS.counted(call.tx, call.scope, call.query, *call.body.conditions())


@api.post(
    "searchCouponsAdvancedWithoutTotalCount", "/campaigns/{campaignId}/coupons_search_advanced/no_total"
)
async def search_coupons_advanced_without_total_count(
    call: CampaignCall[CouponSearch, Paged[CouponListQuery]],
) -> Uncounted[Coupon]:
    """Search the coupons of a campaign by attributes."""
    return await COUPONS.uncounted(call.tx, call.scope, call.query, *call.body.conditions())


@api.post("getCouponsByAttributesApplicationWide", "/coupons_search")
async def get_coupons_by_attributes_application_wide(
    call: ApplicationCall[CouponSearch, Paged[CouponListQuery]],
) -> Counted[Coupon]:
    """Search the coupons of an application by attributes (older form)."""
    return await COUPONS.counted(call.tx, call.scope, call.query, *call.body.conditions())


@api.post("searchCouponsAdvancedApplicationWide", "/coupons_search_advanced")
async def search_coupons_advanced_application_wide(
    call: ApplicationCall[CouponSearch, Paged[CouponListQuery]],
) -> Counted[Coupon]:
    """Search the coupons of an application by attributes, with their number."""
    return await COUPONS.counted(call.tx, call.scope, call.query, *call.body.conditions())


@api.post("searchCouponsAdvancedApplicationWideWithoutTotalCount", "/coupons_search_advanced/no_total")
async def search_coupons_advanced_application_wide_without_total_count(
    call: ApplicationCall[CouponSearch, Paged[CouponListQuery]],
) -> Uncounted[Coupon]:
    """Search the coupons of an application by attributes."""
    return await COUPONS.uncounted(call.tx, call.scope, call.query, *call.body.conditions())
