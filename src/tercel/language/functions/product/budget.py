"""Conditions on the budgets of a campaign."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Family
from tercel.language.values.kinds import BOOLEAN, NUMBER

FAMILY = Family("Budgets")

FAMILY.hosted(
    "budgetAvailable",
    "action:string",
    BOOLEAN,
    doc="Tell whether something is left for an action, or it has no limit.",
    phrases="the budget for {0} is not used up|the budget for {0} is used up",
    blocks="checkBudget action:budget operator=available",
)
FAMILY.hosted(
    "budgetEnoughFor",
    "action:string amount:number",
    BOOLEAN,
    doc="Tell whether at least the amount is left for an action, or it has no limit.",
    phrases="the budget for {0} is enough for {1}|the budget for {0} is not enough for {1}",
    blocks="checkBudget action:budget value:number operator=enoughFor",
)
FAMILY.hosted(
    "budgetRemaining",
    "action:string",
    NUMBER,
    doc="Return what is left for an action.",
    errors="missing",
    phrases="what is left of the budget for {0}",
)
