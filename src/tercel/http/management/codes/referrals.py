"""Referrals as marketers see them (behaviour/campaigns 8)."""

from __future__ import annotations

from tercel.features.codes.referrals import service, store
from tercel.features.codes.referrals.listing import REFERRALS, ReferralFilter
from tercel.features.codes.referrals.model import Referral, UpdateReferral
from tercel.features.common.envelopes import Counted, Uncounted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import CampaignCall
from tercel.http.kernel.operation import Access, Operations

api = Operations(
    "Referrals", "/v1/applications/{applicationId}/campaigns/{campaignId}/referrals", Access.MANAGEMENT
)


@api.get("getReferrals")
async def get_referrals(call: CampaignCall[None, Paged[ReferralFilter]]) -> Counted[Referral]:
    """List the referrals of a campaign with their number."""
    return await REFERRALS.counted(call.tx, call.scope, call.query)


@api.get("getReferralsWithoutTotalCount", "/no_total")
async def get_referrals_without_total_count(
    call: CampaignCall[None, Paged[ReferralFilter]],
) -> Uncounted[Referral]:
    """List the referrals of a campaign."""
    return await REFERRALS.uncounted(call.tx, call.scope, call.query)


@api.put("updateReferral", "/{referralId}")
async def update_referral(call: CampaignCall[UpdateReferral]) -> Referral:
    """Update a referral."""
    return await service.update_referral(call.tx, call.campaign, call.id("referralId"), call.body)


@api.delete("deleteReferral", "/{referralId}")
async def delete_referral(call: CampaignCall) -> None:
    """Delete a referral."""
    await store.delete_referral(call.tx, call.campaign, call.id("referralId"))
