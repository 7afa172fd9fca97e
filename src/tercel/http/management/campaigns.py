"""Campaigns of an application."""

from __future__ import annotations

import msgspec

from tercel.features.campaigns import service
from tercel.features.campaigns.model import (
    Campaign,
    CampaignFilters,
    CampaignSearch,
    CampaignState,
    Moment,
    NewCampaign,
    UpdateCampaign,
)
from tercel.features.common.ids import Id
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/applications/{applicationId}/campaigns"
_ONE = _ALL + "/{campaignId}"
_TAG = "Campaigns"


class CampaignSearchQuery(PageQuery, rename="camel", kw_only=True):
    """Filters of ``getCampaignByAttributes``."""

    campaign_state: CampaignState | None = None


class CampaignQuery(CampaignSearchQuery, rename="camel", kw_only=True):
    """Filters of ``getCampaigns``."""

    name: str | None = None
    tags: list[str] | None = None
    created_before: Moment | None = None
    created_after: Moment | None = None
    start_before: Moment | None = None
    start_after: Moment | None = None
    end_before: Moment | None = None
    end_after: Moment | None = None
    campaign_group_id: Id | None = None
    template_id: Id | None = None
    store_id: Id | None = None

    def filters(self) -> CampaignFilters:
        """What was asked for, without the page."""
        return msgspec.convert(self, CampaignFilters, from_attributes=True)


@operation(
    "createCampaign",
    "POST",
    _ALL,
    Access.MANAGEMENT,
    body=NewCampaign,
    status=201,
    answer=Campaign,
    tag=_TAG,
)
async def create_campaign(call: Call) -> Campaign:
    """Create a campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await service.create_campaign(tx, call.caller, application_id, call.body, call.now)


@operation(
    "getCampaigns",
    "GET",
    _ALL,
    Access.MANAGEMENT,
    query=CampaignQuery,
    answer=Counted[Campaign],
    tag=_TAG,
)
async def get_campaigns(call: Call) -> Counted[Campaign]:
    """List the campaigns of an application."""
    query: CampaignQuery = call.query
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        page = await service.list_campaigns(tx, application_id, query.filters(), query.page(), call.now)
        return counted(page)


@operation(
    "getCampaignByAttributes",
    "POST",
    "/v1/applications/{applicationId}/campaigns_search",
    Access.MANAGEMENT,
    query=CampaignSearchQuery,
    body=CampaignSearch,
    answer=Counted[Campaign],
    tag=_TAG,
)
async def get_campaign_by_attributes(call: Call) -> Counted[Campaign]:
    """List the campaigns that have all the given attributes."""
    query: CampaignSearchQuery = call.query
    filters = CampaignFilters(campaign_state=query.campaign_state, attributes=call.body.attributes)
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        page = await service.search_campaigns(
            tx, call.caller, application_id, filters, query.page(), call.now
        )
        return counted(page)


@operation("getCampaign", "GET", _ONE, Access.MANAGEMENT, answer=Campaign, tag=_TAG)
async def get_campaign(call: Call) -> Campaign:
    """Get a campaign."""
    async with call.transaction() as tx:
        return await service.get_campaign(tx, await call.application(tx), call.id("campaignId"), call.now)


@operation("updateCampaign", "PUT", _ONE, Access.MANAGEMENT, body=UpdateCampaign, answer=Campaign, tag=_TAG)
async def update_campaign(call: Call) -> Campaign:
    """Update a campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id = call.id("campaignId")
        return await service.update_campaign(
            tx, call.caller, application_id, campaign_id, call.body, call.now
        )


@operation("deleteCampaign", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag=_TAG)
async def delete_campaign(call: Call) -> None:
    """Delete a campaign."""
    async with call.transaction() as tx:
        await service.delete_campaign(tx, await call.application(tx), call.id("campaignId"))


OPERATIONS = [
    create_campaign,
    get_campaigns,
    get_campaign_by_attributes,
    get_campaign,
    update_campaign,
    delete_campaign,
]
