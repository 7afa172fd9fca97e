"""Defining and changing additional costs (behaviour/definitions 3)."""

from __future__ import annotations

import msgspec

from tercel.database.transaction import Transaction
from tercel.features.common.resource import Values
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.additional_costs.model import AdditionalCost, NewAdditionalCost
from tercel.features.setup.additional_costs.resource import COSTS


async def create_additional_cost(tx: Transaction, scope: Scope, new: NewAdditionalCost) -> AdditionalCost:
    """Define a cost.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: an application is unknown.
        ConflictError: the name is taken.
    """
    return await COSTS.create(tx, scope, await _columns(tx, scope, new))


async def update_additional_cost(
    tx: Transaction, scope: Scope, cost_id: int, new: NewAdditionalCost
) -> AdditionalCost:
    """Change everything but the name of a cost.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: the name differs, or an application is unknown.
        NotFoundError: the account has none with this id that the caller may see.
    """
    await COSTS.get(tx, scope, cost_id)
    return await COSTS.change(tx, scope, cost_id, await _columns(tx, scope, new))


async def _columns(tx: Transaction, scope: Scope, new: NewAdditionalCost) -> Values:
    await check_applications(tx, scope.caller, new.subscribed_application_ids)
    return msgspec.structs.asdict(new)
