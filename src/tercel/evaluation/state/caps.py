"""Caps on discounts: how much may still be discounted where the application caps (behaviour/discounts 5, ADR 0032).

A discount is taken from a base and counts against every amount that contains this base. A discount of a unit, for example, counts
against its price, the unit with its costs, the goods, all units and the session. It is cut to the least that one of them leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.evaluation.entities.cart import Item
from tercel.evaluation.entities.session import Session

#: What a discount is taken from: a kind, and the unit's index or the cost's name where there are several.
Base = tuple[Any, ...]

SESSION: Base = ("session",)
GOODS: Base = ("goods",)
COSTS: Base = ("costs",)
_UNITS: Base = ("units",)

_SESSION_BASES = {"sessionTotal": SESSION, "cartItems": GOODS, "additionalCosts": COSTS}
_UNIT_BASES = {"price": "price", "itemTotal": "unit", "additionalCosts": "costs of unit"}


def session_base(scope: str) -> Base:
    """Return the base of a session discount with this scope."""
    return _SESSION_BASES[scope]


def unit_base(item: Item, scope: str) -> Base:
    """Return the base of a discount of a unit (behaviour/discounts 2)."""
    return _UNIT_BASES[scope], item.index


def cost_base(name: str, item: Item | None = None) -> Base:
    """Return the base of a discount on an additional cost, of the session or of a unit."""
    return ("cost", name) if item is None else ("cost of unit", name, item.index)


def around(base: Base) -> tuple[Base, ...]:
    """Return the base and every amount that contains it."""
    match base:
        case ("price", index):
            return base, ("unit", index), GOODS, _UNITS, SESSION
        case ("unit", _):
            return base, _UNITS, SESSION
        case ("costs of unit", index):
            return base, ("unit", index), COSTS, _UNITS, SESSION
        case ("cost of unit", _, index):
            return base, ("costs of unit", index), ("unit", index), COSTS, _UNITS, SESSION
        case ("cost", _):
            return base, COSTS, SESSION
        case ("goods",):
            return base, _UNITS, SESSION
        case ("costs",):
            return base, SESSION
    return (SESSION,)


def whole(base: Base, session: Session) -> Decimal:
    """Return an amount before any discount."""
    match base:
        case ("goods",):
            return session.cart_item_total
        case ("costs",):
            return session.additional_cost_total
        case ("units",):
            return session.total - sum(session.additional_costs.values(), ZERO)
        case ("cost", name):
            return session.additional_costs.get(name, ZERO)
        case ("session",):
            return session.total
    kind, index = base[0], base[-1]
    item: Item = session.cart_items[index]
    if kind == "price":
        return item.price * item.quantity
    if kind == "cost of unit":
        return item.additional_costs.get(base[1], ZERO) * item.quantity
    return (item.total if kind == "unit" else item.total - item.price) * item.quantity


def left(base: Base, session: Session, taken: Mapping[Base, Decimal]) -> Decimal:
    """Return the amount that a discount may still take from a base, at least 0.

    ``taken`` holds the discounts granted so far, by the amounts that they count against.
    """
    return max(
        min(whole(each, session) - taken.get(each, ZERO) for each in around(base)),
        ZERO,
    )
