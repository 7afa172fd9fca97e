"""Additional costs."""

from __future__ import annotations

from tercel.features.additional_costs import service
from tercel.features.additional_costs.model import AdditionalCost, NewAdditionalCost
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_TAG = "Additional costs"


@operation(
    "createAdditionalCost",
    "POST",
    "/v1/additional_costs",
    Access.MANAGEMENT,
    body=NewAdditionalCost,
    status=201,
    answer=AdditionalCost,
    tag=_TAG,
)
async def create_additional_cost(call: Call) -> AdditionalCost:
    """Create an additional cost."""
    async with call.transaction() as tx:
        return await service.create_additional_cost(tx, call.caller, call.body)


@operation(
    "getAdditionalCosts",
    "GET",
    "/v1/additional_costs",
    Access.MANAGEMENT,
    query=PageQuery,
    answer=Counted[AdditionalCost],
    tag=_TAG,
)
async def get_additional_costs(call: Call) -> Counted[AdditionalCost]:
    """List the additional costs of the account."""
    async with call.transaction() as tx:
        return counted(await service.list_additional_costs(tx, call.caller, call.query.page()))


@operation(
    "getAdditionalCost",
    "GET",
    "/v1/additional_costs/{additionalCostId}",
    Access.MANAGEMENT,
    answer=AdditionalCost,
    tag=_TAG,
)
async def get_additional_cost(call: Call) -> AdditionalCost:
    """Get an additional cost."""
    async with call.transaction() as tx:
        return await service.get_additional_cost(tx, call.caller, call.id("additionalCostId"))


@operation(
    "updateAdditionalCost",
    "PUT",
    "/v1/additional_costs/{additionalCostId}",
    Access.MANAGEMENT,
    body=NewAdditionalCost,
    answer=AdditionalCost,
    tag=_TAG,
)
async def update_additional_cost(call: Call) -> AdditionalCost:
    """Update an additional cost."""
    async with call.transaction() as tx:
        return await service.update_additional_cost(tx, call.caller, call.id("additionalCostId"), call.body)


OPERATIONS = [create_additional_cost, get_additional_costs, get_additional_cost, update_additional_cost]
