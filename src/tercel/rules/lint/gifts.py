"""What effects give away, and with which options, as far as their calls tell it."""

from __future__ import annotations

from decimal import Decimal

from tercel.language.catalogue.budgets import Budget
from tercel.language.catalogue.catalogue import Gift
from tercel.language.functions.all import find_function
from tercel.language.tree import Call, Lambda, Literal, Node


def gift_of(call: Call) -> Gift | None:
    """Return what the effect gives away; None for an effect that gives nothing."""
    function = find_function(call.name)
    return None if function is None else function.gives


def amount_index(call: Call, budget: Budget | None = None) -> int | None:
    """Return the index of the argument that holds the amount, if there is one; with a budget, only if that pays for
    it."""
    function = find_function(call.name)
    if function is None or function.gives is None or not function.gives.amount:
        return None
    if budget is not None and function.gives.budget is not budget:
        return None
    index = function.index_of(function.gives.amount)
    return index if index < len(call.arguments) else None


def constant_amount(call: Call) -> Decimal | None:
    """Return the amount of an effect if it is the same in every evaluation, else None."""
    index = amount_index(call)
    match None if index is None else call.arguments[index]:
        case Literal(value=Decimal() as amount) | Lambda(body=Literal(value=Decimal() as amount)):
            return amount
    return None


def option(call: Call, name: str) -> Node | None:
    """Return the value of an entry of the effect's options, or None."""
    last = call.arguments[-1] if call.arguments else None
    if not isinstance(last, Call) or last.name != "kv":
        return None
    pairs = zip(last.arguments[::2], last.arguments[1::2], strict=True)
    found = [value for key, value in pairs if isinstance(key, Literal) and key.value == name]
    return found[-1] if found else None
