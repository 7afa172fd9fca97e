"""Conditions on the budgets of a campaign."""

from __future__ import annotations

from decimal import Decimal

from tercel.language.catalogue import Family
from tercel.language.errors import MissingError
from tercel.language.functions._product import host_of
from tercel.language.kinds import BOOLEAN, NUMBER
from tercel.language.run import Run

FAMILY = Family("Budgets")


@FAMILY.define(
    "budgetAvailable",
    "action:string",
    BOOLEAN,
)
def budget_available(run: Run, action: str) -> bool:
    """Whether something is left for an action, or it has no limit."""
    remainder = host_of(run).budget_remaining(action)
    return remainder is None or remainder > 0


@FAMILY.define(
    "budgetEnoughFor",
    "action:string amount:number",
    BOOLEAN,
)
def budget_enough_for(run: Run, action: str, amount: Decimal) -> bool:
    """Whether at least the amount is left for an action, or it has no limit."""
    remainder = host_of(run).budget_remaining(action)
    return remainder is None or remainder >= amount


@FAMILY.define("budgetRemaining", "action:string", NUMBER, errors="missing")
def budget_remaining(run: Run, action: str) -> Decimal:
    """What is left for an action."""
    remainder = host_of(run).budget_remaining(action)
    if remainder is None:
        raise MissingError(f"there is no limit on `{action[:100]}`")
    return remainder
