"""Discounts on additional costs, of the session and of units (rules.md 4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.effects.discounts import SetDiscountPerAdditionalCost, SetDiscountPerAdditionalCostPerItem
from tercel.evaluation.host.desk import amount_of
from tercel.evaluation.host.discounts import DiscountDesk, units
from tercel.language.errors import NoAdditionalCostError
from tercel.language.host import Amount, Options


class CostDesk(DiscountDesk):
    """The two effects on additional costs."""

    __slots__ = ()

    def set_discount_per_additional_cost(
        self, name: str, cost: str, value: Decimal, options: Options
    ) -> None:
        """An amount off a cost of the session."""
        price = self.need_session().additional_costs.get(cost)
        if price is None:
            raise NoAdditionalCostError(f"the session has no additional cost `{cost}`")
        is_partial = self.is_partial(options)
        wanted = self.capped(("cost", cost), price, amount_of(value))
        granted = self.cut("setDiscount", wanted, is_partial=is_partial)
        props = SetDiscountPerAdditionalCost(
            name, self.cost_id(cost), cost, granted, wanted if is_partial else None
        )
        self.grant(props, granted, self.use_discount(granted))
        self.note_capped(("cost", cost), granted)

    def set_discount_per_additional_cost_per_item(
        self, name: str, cost: str, items: list[Any], amount: Amount, options: Options
    ) -> None:
        """An amount off a cost of each unit; all units must carry it."""
        is_partial = self.is_partial(options)
        members = list(units(items))
        for item, _ in members:
            if cost not in item.additional_costs:
                raise NoAdditionalCostError(f"item `{item.sku}` has no additional cost `{cost}`")
        has_granted = False
        for item, _ in members:
            base = ("cost", cost, item.index)
            whole = item.additional_costs[cost] * item.quantity
            wanted = self.capped(base, whole, amount_of(amount(item)))
            granted = self.cut_next(wanted, is_partial=is_partial, has_granted=has_granted)
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
            self.grant(props, granted, self.use_discount(granted), item=item, lowers_price=False)
            self.note_capped(base, granted)

    def cost_id(self, cost: str) -> int:
        """The id of an additional cost by its name."""
        try:
            return self.snapshot.additional_cost_ids[cost]
        except KeyError:
            raise NoAdditionalCostError(f"there is no additional cost `{cost}`") from None
