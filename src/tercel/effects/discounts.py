"""Effects that lower what is to be paid (integration.md 3.4). All amounts are in the currency of the application."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from tercel.effects.props import Props


class SetDiscount(Props, gc=False):
    """A discount on the whole session. ``desired_value`` is the amount before budgets cut it."""

    effect_type: ClassVar[str] = "setDiscount"
    name: str
    value: Decimal
    scope: str | None = None
    desired_value: Decimal | None = None


class SetDiscountPerItem(Props, gc=False):
    """A discount on one unit (on one line without flattening); ``name`` ends in ``#`` and the line's position."""

    effect_type: ClassVar[str] = "setDiscountPerItem"
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


class SetDiscountPerAdditionalCost(Props, gc=False):
    """A discount on an additional cost of the session."""

    effect_type: ClassVar[str] = "setDiscountPerAdditionalCost"
    name: str
    additional_cost_id: int
    additional_cost: str
    value: Decimal
    desired_value: Decimal | None = None


class SetDiscountPerAdditionalCostPerItem(Props, gc=False, kw_only=True):
    """A discount on an additional cost of one unit."""

    effect_type: ClassVar[str] = "setDiscountPerAdditionalCostPerItem"
    name: str
    additional_cost_id: int
    value: Decimal
    position: int
    sub_position: int | None = None
    additional_cost: str
    desired_value: Decimal | None = None
