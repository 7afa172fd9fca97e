"""The evaluation tree: its groups one by one, and the whole as one document.

The vendor publishes only the schemas of groups; these paths are ours.
"""

from __future__ import annotations

from tercel.features.campaigns.evaluation_groups import campaign_set, service
from tercel.features.campaigns.evaluation_groups.listing import GROUPS
from tercel.features.campaigns.evaluation_groups.model import (
    CampaignSet,
    EvaluationGroup,
    NewCampaignSet,
    NewEvaluationGroup,
    UpdateEvaluationGroup,
)
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Evaluation groups", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.post("createEvaluationGroup", "/evaluation_groups", status=201)
async def create_evaluation_group(call: ApplicationCall[NewEvaluationGroup]) -> EvaluationGroup:
    """Create an evaluation group."""
    return await service.create_group(call.tx, call.application_id, call.body)


@api.get("getEvaluationGroups", "/evaluation_groups")
async def get_evaluation_groups(call: ApplicationCall[None, Paged]) -> Counted[EvaluationGroup]:
    """List the evaluation groups of an application."""
    return await GROUPS.counted(call.tx, call.scope, call.query)


@api.get("getEvaluationGroup", "/evaluation_groups/{evaluationGroupId}")
async def get_evaluation_group(call: ApplicationCall) -> EvaluationGroup:
    """Get an evaluation group."""
    return await service.get_group(call.tx, call.application_id, call.id("evaluationGroupId"))


@api.put("updateEvaluationGroup", "/evaluation_groups/{evaluationGroupId}")
async def update_evaluation_group(call: ApplicationCall[UpdateEvaluationGroup]) -> EvaluationGroup:
    """Update an evaluation group."""
    group_id = call.id("evaluationGroupId")
    return await service.update_group(call.tx, call.application_id, group_id, call.body)


@api.delete("deleteEvaluationGroup", "/evaluation_groups/{evaluationGroupId}")
async def delete_evaluation_group(call: ApplicationCall) -> None:
    """Delete an evaluation group; its members move to its parent."""
    await service.delete_group(call.tx, call.application_id, call.id("evaluationGroupId"))


@api.get("getCampaignSet", "/campaign_set")
async def get_campaign_set(call: ApplicationCall) -> CampaignSet:
    """Get the evaluation tree as one document."""
    return await campaign_set.get_campaign_set(call.tx, call.application_id)


@api.put("updateCampaignSet", "/campaign_set")
async def update_campaign_set(call: ApplicationCall[NewCampaignSet]) -> CampaignSet:
    """Replace the evaluation tree."""
    return await campaign_set.update_campaign_set(call.tx, call.application_id, call.body)
