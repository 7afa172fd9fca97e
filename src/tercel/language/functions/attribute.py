"""Changing attributes as effects."""

from __future__ import annotations

from typing import Any

from tercel.language.blocks import BoundBlock
from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of, one_of_words
from tercel.language.kinds import NULL
from tercel.language.run import Run
from tercel.language.words import OPERATORS

FAMILY = Family("Attributes")


@FAMILY.define(
    "updateAttribute",
    "path:string value:any operator:string?",
    NULL,
    errors="type missing",
    flags=EFFECT,
)
def update_attribute(run: Run, path: str, value: Any, operator: str = "setTo") -> None:
    """Changes an attribute such as `Profile.Attributes.Tier`. Operators: `setTo` (without one),
    `increaseBy`, `decreaseBy`, `multiplyBy`, `divideBy`, `toggle`, `laterBy`, `earlierBy`."""
    host_of(run).update_attribute(path, value, one_of_words(operator, OPERATORS, "operator"))


@FAMILY.define(
    "updateItemAttribute",
    "items:list attribute:string block:block operator:string?",
    NULL,
    errors="type missing",
    flags=EFFECT,
)
def update_item_attribute(
    run: Run, items: list[Any], attribute: str, block: BoundBlock, operator: str = "setTo"
) -> None:
    """Changes an attribute of each item of a list."""
    host_of(run).update_item_attribute(items, attribute, block, one_of_words(operator, OPERATORS, "operator"))
