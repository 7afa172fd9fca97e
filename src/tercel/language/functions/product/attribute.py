"""Changing attributes as effects."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import EFFECT, Family
from tercel.language.values.kinds import NULL

FAMILY = Family("Attributes")

_OPERATOR = "operator:word(setTo|increaseBy|decreaseBy|multiplyBy|divideBy|toggle|laterBy|earlierBy)?"

FAMILY.hosted(
    "updateAttribute",
    f"path:string value:any {_OPERATOR}",
    NULL,
    doc="Change an attribute such as `Profile.Attributes.Tier`. Operators: `setTo` (without one), `increaseBy`, "
    "`decreaseBy`, `multiplyBy`, `divideBy`, `toggle`, `laterBy`, `earlierBy`.",
    errors="type missing",
    flags=EFFECT,
    phrases=("set {0} to {1}", "change {0} by {1} ({2})"),
)
FAMILY.hosted(
    "updateItemAttribute",
    f"items:list attribute:string block:block {_OPERATOR}",
    NULL,
    doc="Change an attribute of each item of a list.",
    errors="type missing",
    flags=EFFECT,
    phrases=("set {1} of each of {0} to {2}", "change {1} of each of {0} by {2} ({3})"),
)
