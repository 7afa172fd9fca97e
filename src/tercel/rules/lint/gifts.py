"""The effects that take from a budget: which argument holds the amount, which actions count it (integration.md 4.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tercel.language.tree import Call, Lambda, Literal, Node


class Gift(NamedTuple):
    """``amount`` and ``items`` are indices of arguments, None where there is none. ``value_action`` counts the amount,
    ``count_action`` occurrences; empty where nothing does. ``is_partial`` says whether it may be cut to what is left."""

    amount: int | None = None
    items: int | None = None
    value_action: str = ""
    count_action: str = ""
    is_partial: bool = False


_DISCOUNT = ("setDiscount", "setDiscountEffect", True)
_POINTS = ("createLoyaltyPoints", "createLoyaltyPointsEffect", True)

GIFTS = {
    "setDiscount": Gift(1, None, *_DISCOUNT),
    "setDiscountPerItem": Gift(2, 1, *_DISCOUNT),
    "setDiscountPerItemProRata": Gift(2, 1, *_DISCOUNT),
    "setDiscountPerBundleProRata": Gift(2, 1, *_DISCOUNT),
    "setDiscountPerBundleItem": Gift(3, 1, *_DISCOUNT),
    "setDiscountPerAdditionalCost": Gift(2, None, *_DISCOUNT),
    "setDiscountPerAdditionalCostPerItem": Gift(3, 2, *_DISCOUNT),
    "addLoyaltyPoints": Gift(2, None, *_POINTS),
    "addLoyaltyPointsPerItem": Gift(3, 2, *_POINTS),
    "addFreeItem": Gift(2, None, "addFreeItemEffect", "addFreeItemEffect", True),
    "awardGiveaway": Gift(count_action="awardGiveaway"),
    "createCoupon": Gift(count_action="createCoupon"),
    "createReferral": Gift(count_action="createReferral"),
}


def constant_amount(call: Call, gift: Gift) -> Decimal | None:
    """The amount of an effect when it is the same in every evaluation."""
    if gift.amount is None or gift.amount >= len(call.arguments):
        return None
    match call.arguments[gift.amount]:
        case Literal(value=Decimal() as amount) | Lambda(body=Literal(value=Decimal() as amount)):
            return amount
    return None


def option(call: Call, name: str) -> Node | None:
    """The value of an entry of the effect's options, or None."""
    last = call.arguments[-1] if call.arguments else None
    if not isinstance(last, Call) or last.name != "kv":
        return None
    pairs = zip(last.arguments[::2], last.arguments[1::2], strict=True)
    found = [value for key, value in pairs if isinstance(key, Literal) and key.value == name]
    return found[-1] if found else None
