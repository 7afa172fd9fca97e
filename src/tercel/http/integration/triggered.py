"""Campaigns in answers of the engine: it names them, the door looks them up."""

from __future__ import annotations

from typing import Any

from tercel.base.codec import decode_any, encode
from tercel.features.campaigns.service import get_campaigns
from tercel.http.kernel.call import Call
from tercel.pipeline.command import Answer


async def with_campaigns(call: Call, answer: Answer) -> Answer:
    """The answer with the campaigns themselves in ``triggeredCampaigns`` in place of their ids."""
    body: dict[str, Any] = decode_any(answer.body)
    ids: list[int] = body.get("triggeredCampaigns", [])
    if not ids:
        return answer
    assert call.caller.application_id is not None, "integration keys belong to an application"
    async with call.transaction() as tx:
        found = await get_campaigns(tx, call.caller.application_id, ids, call.now)
    body["triggeredCampaigns"] = [found[campaign_id] for campaign_id in ids if campaign_id in found]
    return Answer(status=answer.status, body=encode(body))
