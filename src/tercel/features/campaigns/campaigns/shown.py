"""Campaigns in answers of the engine: it names them, and they are looked up after its commit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from tercel.base.codec import decode_any, encode
from tercel.database.engine import Database
from tercel.features.campaigns.campaigns.model import Campaign
from tercel.features.campaigns.campaigns.service import get_campaigns
from tercel.pipeline.command import Answer

_PARTS = frozenset({"triggeredCampaigns", "campaignEligibility"})


class ShownCampaign(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """What the report of eligibility shows of a campaign (behaviour/evaluation 6). Only campaigns that could run are in it,
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
        """Return the campaign as shown."""
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


def names_campaigns(wanted: Collection[str]) -> bool:
    """Tell whether an answer with these parts may name campaigns."""
    return not _PARTS.isdisjoint(wanted)


async def with_campaigns(database: Database, application_id: int, answer: Answer, now: datetime) -> Answer:
    """Add to the answer the campaigns that it names: themselves in ``triggeredCampaigns``, what they show in
    ``campaignEligibility``."""
    if not answer.body:
        return answer
    body: dict[str, Any] = decode_any(answer.body)
    triggered: list[int] = body.get("triggeredCampaigns", [])
    eligible: list[dict[str, Any]] = body.get("campaignEligibility", [])
    ids = {*triggered, *(verdict["id"] for verdict in eligible)}
    if not ids:
        return answer
    async with database.transaction() as tx:
        found = await get_campaigns(tx, application_id, sorted(ids), now)
    if triggered:
        body["triggeredCampaigns"] = [found[each] for each in triggered if each in found]
    if eligible:
        body["campaignEligibility"] = [
            {**decode_any(encode(ShownCampaign.of(found[verdict["id"]]))), **verdict}
            for verdict in eligible
            if verdict["id"] in found
        ]
    return Answer(status=answer.status, body=encode(body))
