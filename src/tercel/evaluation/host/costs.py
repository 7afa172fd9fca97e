"""Discounts on additional costs, of the session and of units (behaviour/discounts 2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.effects.discounts import SetDiscountPerAdditionalCost, SetDiscountPerAdditionalCostPerItem
from tercel.evaluation.host.desk import NO_OPTIONS, amount_of
from tercel.evaluation.host.discounts import DiscountDesk, units
from tercel.evaluation.state.caps import cost_base
from tercel.language.catalogue.budgets import DISCOUNTS
from tercel.language.errors import NoAdditionalCostError
from tercel.language.running.host import Amount, Options


class CostDesk(DiscountDesk):
    """The two effects on additional costs."""

    __slots__ = ()

    def set_discount_per_additional_cost(
        self, name: str, cost: str, value: Decimal, options: Options = NO_OPTIONS
    ) -> None:
        """Take an amount off an additional cost of the session."""
        if cost not in self.need_session().additional_costs:
            raise NoAdditionalCostError(f"the session has no additional cost `{cost}`")
        is_partial = self.is_partial(options)
        wanted, base = amount_of(value), cost_base(cost)
        granted = self.cut(DISCOUNTS.action, self.capped(base, wanted), is_partial=is_partial)
        props = SetDiscountPerAdditionalCost(
            name, self.cost_id(cost), cost, granted, wanted if is_partial else None
        )
        self.grant(props, self.pay(DISCOUNTS, granted), (granted, None, False, base))

    def set_discount_per_additional_cost_per_item(
        self, name: str, cost: str, items: list[Any], amount: Amount, options: Options = NO_OPTIONS
    ) -> None:
        """Take an amount off an additional cost of each unit; all units must have that cost."""
        is_partial = self.is_partial(options)
        members = list(units(items))
        for item, _ in members:
            if cost not in item.additional_costs:
                raise NoAdditionalCostError(f"item `{item.sku}` has no additional cost `{cost}`")
        has_granted = False
        for item, _ in members:
            wanted, base = amount_of(amount(item)), cost_base(cost, item)
            granted = self.cut_next(self.capped(base, wanted), is_partial=is_partial, has_granted=has_granted)
            if granted is None:
                continue
            has_granted = True
            props = SetDiscountPerAdditionalCostPerItem(
                name=f"{name}#{item.position}",
                additional_cost_id=self.cost_id(cost),
                value=granted,
                position=item.position,
                sub_position=item.sub_position,
                additional_cost=cost,
                desired_value=wanted if is_partial else None,
            )
            uses = self.pay(DISCOUNTS, granted)
            self.grant(props, uses, (granted, None, False, base), item)

    def cost_id(self, cost: str) -> int:
        """Return the id of an additional cost by its name."""
        try:
            return self.snapshot.additional_cost_ids[cost]
        except KeyError:
            raise NoAdditionalCostError(f"there is no additional cost `{cost}`") from None
