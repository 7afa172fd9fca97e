"""Lists: which of some wanted values they contain (equality of rules.md 2.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.language.catalogue import Family
from tercel.language.kinds import BOOLEAN
from tercel.language.run import Run
from tercel.language.values import is_equal

FAMILY = Family("Contents of lists", is_foldable=True)


def _found(run: Run, values: list[Any], wanted: list[Any]) -> int:
    """How many different wanted values occur in the list."""
    run.spend(len(values) * len(wanted))
    different: list[Any] = []
    for value in wanted:
        if not any(is_equal(value, other) for other in different):
            different.append(value)
    return sum(any(is_equal(element, value) for element in values) for value in different)


@FAMILY.define(
    "containsAny containsOneOf",
    "values:list wanted:list",
    BOOLEAN,
    examples=[('["containsAny", ["list", 1, 2], ["list", 2, 3]]', "true")],
)
def contains_any(run: Run, values: list[Any], wanted: list[Any]) -> bool:
    """Whether some wanted value occurs in the list."""
    return _found(run, values, wanted) > 0


@FAMILY.define(
    "containsAll containsAllOf",
    "values:list wanted:list",
    BOOLEAN,
    examples=[('["containsAll", ["list", 1, 2], ["list", 2, 3]]', "false")],
)
def contains_all(run: Run, values: list[Any], wanted: list[Any]) -> bool:
    """Whether every wanted value occurs in the list."""
    run.spend(len(values) * len(wanted))
    return all(any(is_equal(element, value) for element in values) for value in wanted)


@FAMILY.define(
    "containsNone containsNoneOf",
    "values:list wanted:list",
    BOOLEAN,
    examples=[('["containsNone", ["list", 1, 2], ["list", 3]]', "true")],
)
def contains_none(run: Run, values: list[Any], wanted: list[Any]) -> bool:
    """Whether no wanted value occurs in the list."""
    return _found(run, values, wanted) == 0


@FAMILY.define(
    "containsAtLeast",
    "values:list wanted:list count:number",
    BOOLEAN,
    examples=[('["containsAtLeast", ["list", 1, 2], ["list", 1, 2, 3], 2]', "true")],
)
def contains_at_least(run: Run, values: list[Any], wanted: list[Any], number: Decimal) -> bool:
    """Whether at least so many different wanted values occur in the list."""
    return _found(run, values, wanted) >= number


@FAMILY.define(
    "containsExactly",
    "values:list wanted:list count:number",
    BOOLEAN,
    examples=[('["containsExactly", ["list", 1, 2], ["list", 1, 3], 1]', "true")],
)
def contains_exactly(run: Run, values: list[Any], wanted: list[Any], number: Decimal) -> bool:
    """Whether exactly so many different wanted values occur in the list."""
    return _found(run, values, wanted) == number
