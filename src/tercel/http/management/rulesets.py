"""Rule sets of a campaign."""

from __future__ import annotations

from tercel.features.rulesets import service
from tercel.features.rulesets.model import NewRuleset, Ruleset, RulesetV2
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/applications/{applicationId}/campaigns/{campaignId}/rulesets"
_ONE = _ALL + "/{rulesetId}"
_ONE_AS_BLOCKS = "/v2" + _ONE.removeprefix("/v1")
_TAG = "Rulesets"


@operation(
    "createRuleset", "POST", _ALL, Access.MANAGEMENT, body=NewRuleset, status=201, answer=Ruleset, tag=_TAG
)
async def create_ruleset(call: Call) -> Ruleset:
    """Create a rule set."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id = call.id("campaignId")
        return await service.create_ruleset(tx, call.caller, application_id, campaign_id, call.body)


@operation("getRulesets", "GET", _ALL, Access.MANAGEMENT, query=PageQuery, answer=Counted[Ruleset], tag=_TAG)
async def get_rulesets(call: Call) -> Counted[Ruleset]:
    """List the rule sets of a campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        page = await service.list_rulesets(tx, application_id, call.id("campaignId"), call.query.page())
        return counted(page)


@operation("getRuleset", "GET", _ONE, Access.MANAGEMENT, answer=Ruleset, tag=_TAG)
async def get_ruleset(call: Call) -> Ruleset:
    """Get a rule set."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await service.get_ruleset(tx, application_id, call.id("campaignId"), call.id("rulesetId"))


@operation("getRulesetV2", "GET", _ONE_AS_BLOCKS, Access.MANAGEMENT, answer=RulesetV2, tag=_TAG)
async def get_ruleset_v2(call: Call) -> RulesetV2:
    """Get a rule set as blocks."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id, ruleset_id = call.id("campaignId"), call.id("rulesetId")
        return await service.get_ruleset_v2(tx, call.caller, application_id, campaign_id, ruleset_id)


@operation("updateRuleset", "PUT", _ONE, Access.MANAGEMENT, body=NewRuleset, answer=Ruleset, tag=_TAG)
async def update_ruleset(call: Call) -> Ruleset:
    """Update a rule set."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id, ruleset_id = call.id("campaignId"), call.id("rulesetId")
        return await service.update_ruleset(
            tx, call.caller, application_id, campaign_id, ruleset_id, call.body
        )


@operation("deleteRuleset", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag=_TAG)
async def delete_ruleset(call: Call) -> None:
    """Delete a rule set."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        await service.delete_ruleset(tx, application_id, call.id("campaignId"), call.id("rulesetId"))


OPERATIONS = [create_ruleset, get_rulesets, get_ruleset, get_ruleset_v2, update_ruleset, delete_ruleset]
