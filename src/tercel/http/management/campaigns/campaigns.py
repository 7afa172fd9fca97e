"""Campaigns of an application."""

from __future__ import annotations

from tercel.features.campaigns.campaigns import service
from tercel.features.campaigns.campaigns.listing import (
    CAMPAIGNS,
    CampaignFilter,
    StateFilter,
    with_attributes,
)
from tercel.features.campaigns.campaigns.model import (
    Campaign,
    CampaignSearch,
    NewCampaign,
    UpdateCampaign,
)
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Campaigns", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.post("createCampaign", "/campaigns", status=201)
async def create_campaign(call: ApplicationCall[NewCampaign]) -> Campaign:
    """Create a campaign."""
    return await service.create_campaign(call.tx, call.caller, call.application_id, call.body, call.now)


@api.get("getCampaigns", "/campaigns")
async def get_campaigns(call: ApplicationCall[None, Paged[CampaignFilter]]) -> Counted[Campaign]:
    """List the campaigns of an application."""
    return await CAMPAIGNS.counted(call.tx, call.scope, call.query)


@api.post("getCampaignByAttributes", "/campaigns_search")
async def get_campaign_by_attributes(
    call: ApplicationCall[CampaignSearch, Paged[StateFilter]],
) -> Counted[Campaign]:
    """List the campaigns that have all the given attributes."""
    condition = await with_attributes(call.tx, call.scope, call.body.attributes)
    return await CAMPAIGNS.counted(call.tx, call.scope, call.query, condition)


@api.get("getCampaign", "/campaigns/{campaignId}")
async def get_campaign(call: ApplicationCall) -> Campaign:
    """Get a campaign."""
    return await service.get_campaign(call.tx, call.application_id, call.id("campaignId"), call.now)


@api.put("updateCampaign", "/campaigns/{campaignId}")
async def update_campaign(call: ApplicationCall[UpdateCampaign]) -> Campaign:
    """Update a campaign."""
    return await service.update_campaign(
        call.tx, call.caller, call.application_id, call.id("campaignId"), call.body, now=call.now
    )


@api.delete("deleteCampaign", "/campaigns/{campaignId}")
async def delete_campaign(call: ApplicationCall) -> None:
    """Delete a campaign."""
    await service.delete_campaign(call.tx, call.application_id, call.id("campaignId"))
