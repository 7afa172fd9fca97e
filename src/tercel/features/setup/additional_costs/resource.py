"""Additional costs as rows, and their list (behaviour/definitions 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from tercel.database.tables.definitions import additional_costs
from tercel.database.transaction import Transaction
from tercel.features.common.listing import sortable
from tercel.features.common.resource import Resource, shown_as
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import is_available, within_rights
from tercel.features.setup.additional_costs.model import AdditionalCost


def _select(scope: Scope) -> Select[Any]:
    own = within_rights(additional_costs.c.subscribed_application_ids, scope.caller)
    return select(additional_costs).where(*scope.holds(additional_costs), *own)


COSTS: Resource[Scope, AdditionalCost] = Resource(
    noun="additional cost",
    table=additional_costs,
    select=_select,
    answer=shown_as(AdditionalCost),
    key=additional_costs.c.id,
    unique="name",
    fixed=["name"],  # carts refer to it
    sort=sortable(additional_costs, "id", "name", "title", "type", "created"),
)


async def find_available_costs(tx: Transaction, account_id: int, application_id: int) -> Sequence[Row[Any]]:
    """Find the costs that an application may use: those that name it, and those that name none."""
    table = additional_costs
    usable = is_available(table.c.subscribed_application_ids, application_id)
    return await tx.all(select(table).where(table.c.account_id == account_id, usable))
