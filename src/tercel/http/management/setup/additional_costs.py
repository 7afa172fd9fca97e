"""Additional costs."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.additional_costs import service
from tercel.features.setup.additional_costs.model import AdditionalCost, NewAdditionalCost
from tercel.features.setup.additional_costs.resource import COSTS
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Additional costs", "/v1/additional_costs", Access.MANAGEMENT)


@api.post("createAdditionalCost", status=201)
async def create_additional_cost(call: AccountCall[NewAdditionalCost]) -> AdditionalCost:
    """Create an additional cost."""
    return await service.create_additional_cost(call.tx, call.scope, call.body)


@api.get("getAdditionalCosts")
async def get_additional_costs(call: AccountCall[None, Paged]) -> Counted[AdditionalCost]:
    """List the additional costs of the account."""
    return await COSTS.counted(call.tx, call.scope, call.query)


@api.get("getAdditionalCost", "/{additionalCostId}")
async def get_additional_cost(call: AccountCall) -> AdditionalCost:
    """Get an additional cost."""
    return await COSTS.get(call.tx, call.scope, call.id("additionalCostId"))


@api.put("updateAdditionalCost", "/{additionalCostId}")
async def update_additional_cost(call: AccountCall[NewAdditionalCost]) -> AdditionalCost:
    """Update an additional cost."""
    cost_id = call.id("additionalCostId")
    return await service.update_additional_cost(call.tx, call.scope, cost_id, call.body)
