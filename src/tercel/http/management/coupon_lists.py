"""Lists of coupons, by filters and attributes (management.md 4.4); the older ones count all rows."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from tercel.base.limits import PAGE_SIZE_MAX
from tercel.features.codes.campaign import get_code_campaign
from tercel.features.common.page import Page, PageRequest
from tercel.features.coupons.list import list_coupons, list_values
from tercel.features.coupons.model import Coupon, CouponFilter, CouponSearch, CouponValue
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, Uncounted, counted, uncounted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import Skip

_APPLICATION = "/v1/applications/{applicationId}"
_CAMPAIGN = f"{_APPLICATION}/campaigns/{{campaignId}}"
_COUNTED: dict[str, Any] = {"answer": Counted[Coupon], "tag": "Coupons"}
_UNCOUNTED: dict[str, Any] = {"answer": Uncounted[Coupon], "tag": "Coupons"}


class CouponQuery(CouponFilter, kw_only=True, rename="camel"):
    """The filters of coupons with paging. ``values_only`` leaves everything but the codes out."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 1000
    skip: Skip = 0
    sort: str | None = None
    values_only: bool = False

    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.page_size, self.skip, self.sort)


_SEARCH: dict[str, Any] = {"body": CouponSearch, "query": CouponQuery}


@operation("getCoupons", "GET", f"{_CAMPAIGN}/coupons", Access.MANAGEMENT, query=CouponQuery, **_COUNTED)
async def get_coupons(call: Call) -> Counted[Coupon]:
    """List the coupons of a campaign with their number."""
    return counted(await _find(call, is_counted=True))


@operation(
    "getCouponsWithoutTotalCount",
    "GET",
    f"{_CAMPAIGN}/coupons/no_total",
    Access.MANAGEMENT,
    query=CouponQuery,
    **_UNCOUNTED,
)
async def get_coupons_without_total_count(call: Call) -> Uncounted[Coupon] | Uncounted[CouponValue]:
    """List the coupons of a campaign."""
    if call.query.values_only:
        return uncounted(await _find_values(call))
    return uncounted(await _find(call, is_counted=False))


@operation(
    "getCouponsByAttributes", "POST", f"{_CAMPAIGN}/coupons_search", Access.MANAGEMENT, **_SEARCH, **_COUNTED
)
async def get_coupons_by_attributes(call: Call) -> Counted[Coupon]:
    """Search the coupons of a campaign by attributes (older form)."""
    return counted(await _find(call, is_counted=True))


@operation(
    "searchCouponsAdvanced",
    "POST",
    f"{_CAMPAIGN}/coupons_search_advanced",
    Access.MANAGEMENT,
    **_SEARCH,
    **_COUNTED,
)
async def search_coupons_advanced(call: Call) -> Counted[Coupon]:
    """Search the coupons of a campaign by attributes, with their number."""
    return counted(await _find(call, is_counted=True))


@operation(
    "searchCouponsAdvancedWithoutTotalCount",
    "POST",
    f"{_CAMPAIGN}/coupons_search_advanced/no_total",
    Access.MANAGEMENT,
    **_SEARCH,
    **_UNCOUNTED,
)
async def search_coupons_advanced_without_total_count(call: Call) -> Uncounted[Coupon]:
    """Search the coupons of a campaign by attributes."""
    return uncounted(await _find(call, is_counted=False))


@operation(
    "getCouponsByAttributesApplicationWide",
    "POST",
    f"{_APPLICATION}/coupons_search",
    Access.MANAGEMENT,
    **_SEARCH,
    **_COUNTED,
)
async def get_coupons_by_attributes_application_wide(call: Call) -> Counted[Coupon]:
    """Search the coupons of an application by attributes (older form)."""
    return counted(await _find(call, is_counted=True))


@operation(
    "searchCouponsAdvancedApplicationWide",
    "POST",
    f"{_APPLICATION}/coupons_search_advanced",
    Access.MANAGEMENT,
    **_SEARCH,
    **_COUNTED,
)
async def search_coupons_advanced_application_wide(call: Call) -> Counted[Coupon]:
    """Search the coupons of an application by attributes, with their number."""
    return counted(await _find(call, is_counted=True))


@operation(
    "searchCouponsAdvancedApplicationWideWithoutTotalCount",
    "POST",
    f"{_APPLICATION}/coupons_search_advanced/no_total",
    Access.MANAGEMENT,
    **_SEARCH,
    **_UNCOUNTED,
)
async def search_coupons_advanced_application_wide_without_total_count(call: Call) -> Uncounted[Coupon]:
    """Search the coupons of an application by attributes."""
    return uncounted(await _find(call, is_counted=False))


async def _find(call: Call, *, is_counted: bool) -> Page[Coupon]:
    """The page that the query asks for: of the campaign where the path names one, else of the application."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id = None
        if "campaignId" in call.path:
            campaign_id = (await get_code_campaign(tx, application_id, call.id("campaignId"))).id
        return await list_coupons(
            tx,
            application_id=application_id,
            campaign_id=campaign_id,
            filters=call.query,
            attributes={} if call.body is None else call.body.attributes,
            page=call.query.page(),
            now=call.now,
            is_counted=is_counted,
        )


async def _find_values(call: Call) -> Page[CouponValue]:
    async with call.transaction() as tx:
        campaign = await get_code_campaign(tx, await call.application(tx), call.id("campaignId"))
        return await list_values(
            tx,
            application_id=campaign.application_id,
            campaign_id=campaign.id,
            filters=call.query,
            page=call.query.page(),
            now=call.now,
        )


OPERATIONS = [
    get_coupons,
    get_coupons_without_total_count,
    get_coupons_by_attributes,
    search_coupons_advanced,
    search_coupons_advanced_without_total_count,
    get_coupons_by_attributes_application_wide,
    search_coupons_advanced_application_wide,
    search_coupons_advanced_application_wide_without_total_count,
]
