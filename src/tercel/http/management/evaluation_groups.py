"""The evaluation tree: its groups one by one, and the whole as one document.

The vendor publishes only the schemas of groups; these paths are ours.
"""

from __future__ import annotations

from tercel.features.evaluation_groups import campaign_set, service
from tercel.features.evaluation_groups.model import (
    CampaignSet,
    EvaluationGroup,
    NewCampaignSet,
    NewEvaluationGroup,
    UpdateEvaluationGroup,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/applications/{applicationId}/evaluation_groups"
_ONE = _ALL + "/{evaluationGroupId}"
_SET = "/v1/applications/{applicationId}/campaign_set"
_TAG = "Evaluation groups"


@operation(
    "createEvaluationGroup",
    "POST",
    _ALL,
    Access.MANAGEMENT,
    body=NewEvaluationGroup,
    status=201,
    answer=EvaluationGroup,
    tag=_TAG,
)
async def create_evaluation_group(call: Call) -> EvaluationGroup:
    """Create an evaluation group."""
    async with call.transaction() as tx:
        return await service.create_group(tx, await call.application(tx), call.body)


@operation(
    "getEvaluationGroups",
    "GET",
    _ALL,
    Access.MANAGEMENT,
    query=PageQuery,
    answer=Counted[EvaluationGroup],
    tag=_TAG,
)
async def get_evaluation_groups(call: Call) -> Counted[EvaluationGroup]:
    """List the evaluation groups of an application."""
    async with call.transaction() as tx:
        return counted(await service.list_groups(tx, await call.application(tx), call.query.page()))


@operation("getEvaluationGroup", "GET", _ONE, Access.MANAGEMENT, answer=EvaluationGroup, tag=_TAG)
async def get_evaluation_group(call: Call) -> EvaluationGroup:
    """Get an evaluation group."""
    async with call.transaction() as tx:
        return await service.get_group(tx, await call.application(tx), call.id("evaluationGroupId"))


@operation(
    "updateEvaluationGroup",
    "PUT",
    _ONE,
    Access.MANAGEMENT,
    body=UpdateEvaluationGroup,
    answer=EvaluationGroup,
    tag=_TAG,
)
async def update_evaluation_group(call: Call) -> EvaluationGroup:
    """Update an evaluation group."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        return await service.update_group(tx, application_id, call.id("evaluationGroupId"), call.body)


@operation("deleteEvaluationGroup", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag=_TAG)
async def delete_evaluation_group(call: Call) -> None:
    """Delete an evaluation group; its members move to its parent."""
    async with call.transaction() as tx:
        await service.delete_group(tx, await call.application(tx), call.id("evaluationGroupId"))


@operation("getCampaignSet", "GET", _SET, Access.MANAGEMENT, answer=CampaignSet, tag=_TAG)
async def get_campaign_set(call: Call) -> CampaignSet:
    """Get the evaluation tree as one document."""
    async with call.transaction() as tx:
        return await campaign_set.get_campaign_set(tx, await call.application(tx))


@operation(
    "updateCampaignSet", "PUT", _SET, Access.MANAGEMENT, body=NewCampaignSet, answer=CampaignSet, tag=_TAG
)
async def update_campaign_set(call: Call) -> CampaignSet:
    """Replace the evaluation tree."""
    async with call.transaction() as tx:
        return await campaign_set.update_campaign_set(tx, await call.application(tx), call.body)


OPERATIONS = [
    create_evaluation_group,
    get_evaluation_groups,
    get_evaluation_group,
    update_evaluation_group,
    delete_evaluation_group,
    get_campaign_set,
    update_campaign_set,
]
