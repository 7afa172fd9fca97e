"""Loyalty points as effects: earning, spending, expiry."""

from __future__ import annotations

from tercel.language.catalogue.budgets import POINTS
from tercel.language.catalogue.catalogue import EFFECT, Family, Gift
from tercel.language.values.kinds import NULL
from tercel.language.values.periods import parse_period

FAMILY = Family("Loyalty points")

_PROGRAM = "program:string|number@programs"

FAMILY.hosted(
    "addLoyaltyPoints",
    f"{_PROGRAM} reason:string value:number options:options?",
    NULL,
    doc="Add points. Options: `subledger`, `recipient`, `startDate`, `expiryDate`, `validity`, `card`.",
    errors="negativeValue limit",
    flags=EFFECT,
    phrases="add {2} points to loyalty program {0} as {1}",
    gives=Gift(POINTS, "value"),
)
FAMILY.hosted(
    "addLoyaltyPointsPerItem",
    f"{_PROGRAM} reason:string items:list block:numberblock options:options?",
    NULL,
    doc="Add points for each item of a list, or for each item of a list of bundles.",
    errors="negativeValue limit",
    flags=EFFECT,
    phrases="add {3} points for each of {2} to loyalty program {0} as {1}",
    gives=Gift(POINTS, "block", "items"),
)
FAMILY.hosted(
    "deductLoyaltyPoints",
    f"{_PROGRAM} reason:string value:number options:options?",
    NULL,
    doc="Deduct points, those that expire first before the others. Options: `subledger`, `card`.",
    errors="negativeValue insufficientPoints",
    flags=EFFECT,
    phrases="deduct {2} points from loyalty program {0} as {1}",
)
FAMILY.hosted(
    "extendLoyaltyPointsExpiryDate",
    f"{_PROGRAM} subledger:string period:string",
    NULL,
    doc="Move the expiry of the profile's points by a period such as `30D`.",
    errors="time",
    flags=EFFECT,
    phrases="extend the expiry of points in loyalty program {0}, subledger {1}, by {2}",
    literals={"period": parse_period},
)
FAMILY.hosted(
    "setLoyaltyPointsExpiryDate",
    f"{_PROGRAM} subledger:string time:time",
    NULL,
    doc="Set the expiry of the profile's points.",
    errors="time",
    flags=EFFECT,
    phrases="set the expiry of points in loyalty program {0}, subledger {1}, to {2}",
)
