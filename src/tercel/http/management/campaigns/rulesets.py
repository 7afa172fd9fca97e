"""Rule sets of a campaign."""

from __future__ import annotations

from tercel.features.campaigns.rulesets import service
from tercel.features.campaigns.rulesets.listing import RULESETS
from tercel.features.campaigns.rulesets.model import (
    CheckedRuleset,
    NewRuleset,
    Ruleset,
    RulesetToCheck,
    RulesetV2,
)
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import ApplicationCall, CampaignCall
from tercel.http.kernel.operation import Access, Operations

api = Operations(
    "Rulesets", "/v1/applications/{applicationId}/campaigns/{campaignId}/rulesets", Access.MANAGEMENT
)


@api.post("createRuleset", status=201)
async def create_ruleset(call: CampaignCall[NewRuleset]) -> Ruleset:
    """Create a rule set."""
    return await service.create_ruleset(call.tx, call.scope, call.body)


@api.get("getRulesets")
async def get_rulesets(call: CampaignCall[None, Paged]) -> Counted[Ruleset]:
    """List the rule sets of a campaign."""
    return await RULESETS.counted(call.tx, call.scope, call.query)


@api.get("getRuleset", "/{rulesetId}")
async def get_ruleset(call: CampaignCall) -> Ruleset:
    """Get a rule set."""
    return await service.get_ruleset(call.tx, call.scope, call.id("rulesetId"))


@api.get("getRulesetV2", "/v2/applications/{applicationId}/campaigns/{campaignId}/rulesets/{rulesetId}")
async def get_ruleset_v2(call: CampaignCall) -> RulesetV2:
    """Get a rule set as blocks."""
    return await service.get_ruleset_v2(call.tx, call.scope, call.id("rulesetId"))


@api.put("updateRuleset", "/{rulesetId}")
async def update_ruleset(call: CampaignCall[NewRuleset]) -> Ruleset:
    """Update a rule set."""
    return await service.update_ruleset(call.tx, call.scope, call.id("rulesetId"), call.body)


@api.delete("deleteRuleset", "/{rulesetId}")
async def delete_ruleset(call: CampaignCall) -> None:
    """Delete a rule set."""
    await service.delete_ruleset(call.tx, call.scope, call.id("rulesetId"))


@api.post("checkRuleset", "/v1/applications/{applicationId}/rulesets/check")
async def check_ruleset(call: ApplicationCall[RulesetToCheck]) -> CheckedRuleset:
    """Check a rule set without saving it."""
    return await service.check_ruleset(call.tx, call.scope, call.body)
