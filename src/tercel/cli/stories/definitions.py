"""What a scenario takes for defined: the attributes and costs that an account must know before the case is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tercel.scenario.cases import Case


def cost_names(session: Mapping[str, Any]) -> set[str]:
    """Return the names of the additional costs of a session and its items."""
    names = set(session.get("additionalCosts") or {})
    for item in session.get("cartItems") or []:
        names |= set(item.get("additionalCosts") or {})
    return names


def attributes_of(case: Case) -> dict[tuple[str, str], str]:
    """Return every attribute of a case with its type: from a value, or boolean where only a rule names it."""
    session = case.session
    holders = [("CustomerSession", session), ("CustomerProfile", case.context.get("profile") or {})]
    holders += [("CartItem", item) for item in session.get("cartItems") or []]
    holders += [("Store", store) for store in (case.context.get("stores") or {}).values()]
    holders += [("Coupon", each) for campaign in case.campaigns for each in campaign.get("coupons") or []]
    holders += [("Campaign", campaign) for campaign in case.campaigns]
    found = {("CartItem", name): "boolean" for name in _item_reads(case.campaigns)}
    for entity, holder in holders:
        for name, value in (holder.get("attributes") or {}).items():
            found[entity, name] = _kind(value)
    return found


def _item_reads(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        if value[:3] == [".", "Item", "Attributes"]:
            yield value[3]
        for each in value:
            yield from _item_reads(each)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return f"(list {_kind(value[0] if value else '')})"
    return "location" if isinstance(value, dict) else "number"
