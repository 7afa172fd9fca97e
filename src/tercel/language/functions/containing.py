"""Lists: which of some wanted values they contain (equality of behaviour/language 8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.language.catalogue.catalogue import Family
from tercel.language.running.equality import Groups
from tercel.language.running.run import Run
from tercel.language.values.kinds import BOOLEAN

FAMILY = Family("Contents of lists", is_foldable=True)


def _found(run: Run, values: list[Any], wanted: list[Any]) -> int:
    """Count the different wanted values that occur in the list."""
    run.spend(len(values) + len(wanted))
    different = Groups(run)
    for value in wanted:
        different.place(value)
    return len({number for element in values for number in different.find_all(element)})


@FAMILY.define(
    "containsAny containsOneOf",
    "values:list wanted:list",
    BOOLEAN,
    examples=[('["containsAny", ["list", 1, 2], ["list", 2, 3]]', "true")],
    phrases="{0} contains one of {1}|{0} contains none of {1}",
    blocks="checkAttribute attribute:path values:value operator=containsOneOf",
)
def contains_any(run: Run, values: list[Any], wanted: list[Any]) -> bool:
    """Tell whether at least one wanted value occurs in the list."""
    return _found(run, values, wanted) > 0


@FAMILY.define(
    "containsAll containsAllOf",
    "values:list wanted:list",
    BOOLEAN,
    examples=[('["containsAll", ["list", 1, 2], ["list", 2, 3]]', "false")],
    phrases="{0} contains all of {1}|{0} does not contain all of {1}",
    blocks="checkAttribute attribute:path values:value operator=containsAllOf",
)
def contains_all(run: Run, values: list[Any], wanted: list[Any]) -> bool:
    """Tell whether every wanted value occurs in the list."""
    run.spend(len(values) + len(wanted))
    elements = Groups(run)
    for element in values:
        elements.add(element)
    return all(elements.has(value) for value in wanted)


@FAMILY.define(
    "containsNone containsNoneOf",
    "values:list wanted:list",
    BOOLEAN,
    examples=[('["containsNone", ["list", 1, 2], ["list", 3]]', "true")],
    phrases="{0} contains none of {1}|{0} contains one of {1}",
    blocks="checkAttribute attribute:path values:value operator=containsNoneOf",
)
def contains_none(run: Run, values: list[Any], wanted: list[Any]) -> bool:
    """Tell whether no wanted value occurs in the list."""
    return _found(run, values, wanted) == 0


@FAMILY.define(
    "containsAtLeast",
    "values:list wanted:list count:number",
    BOOLEAN,
    examples=[('["containsAtLeast", ["list", 1, 2], ["list", 1, 2, 3], 2]', "true")],
    phrases="{0} contains at least {2} of {1}",
    blocks="checkAttribute attribute:path values:value count:value operator=containsAtLeast",
)
def contains_at_least(run: Run, values: list[Any], wanted: list[Any], number: Decimal) -> bool:
    """Tell whether at least `number` different wanted values occur in the list."""
    return _found(run, values, wanted) >= number


@FAMILY.define(
    "containsExactly",
    "values:list wanted:list count:number",
    BOOLEAN,
    examples=[('["containsExactly", ["list", 1, 2], ["list", 1, 3], 1]', "true")],
    phrases="{0} contains exactly {2} of {1}",
    blocks="checkAttribute attribute:path values:value count:value operator=containsExactly",
)
def contains_exactly(run: Run, values: list[Any], wanted: list[Any], number: Decimal) -> bool:
    """Tell whether exactly `number` different wanted values occur in the list."""
    return _found(run, values, wanted) == number
