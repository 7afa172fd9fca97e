"""Effects that lower what is to be paid (behaviour/effects 4). All amounts are in the currency of the application."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from tercel.effects.props import Props
from tercel.language.catalogue.budgets import DISCOUNTS


class Discount(Props, gc=False):
    """What all discounts have in common."""

    action: ClassVar[str] = DISCOUNTS.action

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> RollbackDiscount:
        """Return the effect that takes the discount back."""
        return RollbackDiscount(
            props["name"],
            Decimal(props["value"]),
            props.get("position"),
            props.get("subPosition"),
            props.get("additionalCostId"),
            props.get("additionalCost"),
            props.get("scope"),
        )


class SetDiscount(Discount, gc=False):
    """A discount on the whole session. ``desired_value`` is the amount before budgets cut it."""

    effect_type: ClassVar[str] = "setDiscount"
    shop: ClassVar[str] = (
        "Lower what is to be paid by `value`, once for each effect. It belongs to no item; spread it "
        "yourself where an invoice needs it."
    )
    name: str
    value: Decimal
    scope: str | None = None
    desired_value: Decimal | None = None

    def text_length(self) -> int:
        """Count the characters of the name."""
        return len(self.name)


class SetDiscountPerItem(Discount, gc=False):
    """A discount on one unit (on one line without flattening); ``name`` ends in ``#`` and the line's position."""

    effect_type: ClassVar[str] = "setDiscountPerItem"
    shop: ClassVar[str] = (
        "Lower the unit `subPosition` of the line `position`, both counted from 0. A line of three may get "
        "three effects, or one."
    )
    name: str
    value: Decimal
    position: int
    sub_position: int | None = None
    desired_value: Decimal | None = None
    scope: str | None = None
    total_discount: Decimal | None = None
    desired_total_discount: Decimal | None = None
    bundle_index: int | None = None
    bundle_name: str | None = None
    targeted_item_position: int | None = None
    targeted_item_sub_position: int | None = None
    excluded_from_price_history: bool | None = None

    def text_length(self) -> int:
        """Count the characters of both names."""
        return len(self.name) if self.bundle_name is None else len(self.name) + len(self.bundle_name)


class SetDiscountPerAdditionalCost(Discount, gc=False):
    """A discount on an additional cost of the session."""

    effect_type: ClassVar[str] = "setDiscountPerAdditionalCost"
    shop: ClassVar[str] = "Lower the cost named `additionalCost`, such as delivery."
    name: str
    additional_cost_id: int
    additional_cost: str
    value: Decimal
    desired_value: Decimal | None = None


class SetDiscountPerAdditionalCostPerItem(Discount, gc=False, kw_only=True):
    """A discount on an additional cost of one unit."""

    effect_type: ClassVar[str] = "setDiscountPerAdditionalCostPerItem"
    shop: ClassVar[str] = "Lower that cost of one unit."
    name: str
    additional_cost_id: int
    value: Decimal
    position: int
    sub_position: int | None = None
    additional_cost: str
    desired_value: Decimal | None = None


class RollbackDiscount(Props, gc=False):
    """A discount is undone; name and value are those of the discount."""

    effect_type: ClassVar[str] = "rollbackDiscount"
    shop: ClassVar[str] = "Refund the price less this value: the discount of what came back is gone."
    name: str
    value: Decimal
    cart_item_position: int | None = None
    cart_item_sub_position: int | None = None
    additional_cost_id: int | None = None
    additional_cost: str | None = None
    scope: str | None = None
