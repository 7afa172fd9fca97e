"""Campaigns in answers of the engine: it names them, the door looks them up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from tercel.base.codec import decode_any, encode
from tercel.features.campaigns.model import Campaign
from tercel.features.campaigns.service import get_campaigns
from tercel.http.kernel.call import Call
from tercel.pipeline.command import Answer

_PARTS = {"triggeredCampaigns", "campaignEligibility"}


class ShownCampaign(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """What the report of eligibility shows of a campaign (integration.md 5.10). Only campaigns that could run are in it,
    so all count as enabled."""

    application_id: int
    id: int
    name: str
    description: str
    start_time: datetime | None = None
    end_time: datetime | None = None
    attributes: dict[str, Any]
    state: str
    tags: list[str]
    features: list[str]

    @classmethod
    def of(cls, campaign: Campaign) -> ShownCampaign:
        """The campaign as shown."""
        return cls(
            application_id=campaign.application_id,
            id=campaign.id,
            name=campaign.name,
            description=campaign.description,
            start_time=campaign.start_time,
            end_time=campaign.end_time,
            attributes=campaign.attributes,
            state="enabled",
            tags=campaign.tags,
            features=campaign.features,
        )


async def with_campaigns(call: Call, answer: Answer, wanted: Collection[str]) -> Answer:
    """The answer with the campaigns that it names: themselves in ``triggeredCampaigns``, what they show in
    ``campaignEligibility``."""
    if not answer.body or _PARTS.isdisjoint(wanted):
        return answer
    body: dict[str, Any] = decode_any(answer.body)
    triggered: list[int] = body.get("triggeredCampaigns", [])
    eligible: list[dict[str, Any]] = body.get("campaignEligibility", [])
    ids = {*triggered, *(verdict["id"] for verdict in eligible)}
    if not ids:
        return answer
    assert call.caller.application_id is not None, "integration keys belong to an application"
    async with call.transaction() as tx:
        found = await get_campaigns(tx, call.caller.application_id, sorted(ids), call.now)
    if triggered:
        body["triggeredCampaigns"] = [found[each] for each in triggered if each in found]
    if eligible:
        body["campaignEligibility"] = [
            {**decode_any(encode(ShownCampaign.of(found[verdict["id"]]))), **verdict}
            for verdict in eligible
            if verdict["id"] in found
        ]
    return Answer(status=answer.status, body=encode(body))
