"""Lists of additional costs."""

from __future__ import annotations

from tercel.database.tables.definitions import additional_costs
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.features.setup.additional_costs.model import AdditionalCost
from tercel.features.setup.additional_costs.store import cost_from_row, select_own_costs

COSTS: Listing[Scope, AdditionalCost] = Listing(
    select=lambda scope: select_own_costs(scope.caller),
    answer=each(cost_from_row),
    key=additional_costs.c.id,
    sort={
        "id": additional_costs.c.id,
        "name": additional_costs.c.name,
        "title": additional_costs.c.title,
        "type": additional_costs.c.type,
        "created": additional_costs.c.created,
    },
)
