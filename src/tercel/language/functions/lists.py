"""Lists: their elements and parts. Lists are never changed; every function gives a new one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import LIST_LENGTH_MAX
from tercel.language.catalogue.catalogue import Family
from tercel.language.errors import MissingError, RangeError, TypeMismatchError
from tercel.language.running.run import Run
from tercel.language.values.kinds import BOOLEAN, LIST, NUMBER
from tercel.language.values.values import (
    kind_of_value,
    limited_list,
    require_length,
    whole,
)

FAMILY = Family("Lists", is_foldable=True)

_ELEMENT = "element 0"
_LIKE = "like 0"


@FAMILY.define(
    "head first",
    "values:list",
    examples=[('["head", ["list", 1, 2]]', "1")],
    errors="missing",
    result_rule=_ELEMENT,
    phrases="the first of {0}",
)
def head(_run: Run, values: list[Any]) -> Any:
    """Return the first element."""
    return _present(values, 0)


@FAMILY.define(
    "last",
    "values:list",
    examples=[('["last", ["list", 1, 2]]', "2")],
    errors="missing",
    result_rule=_ELEMENT,
    phrases="the last of {0}",
)
def last(_run: Run, values: list[Any]) -> Any:
    """Return the last element."""
    return _present(values, -1)


def _present(values: list[Any], index: int) -> Any:
    if not values:
        raise MissingError("the list is empty")
    return values[index]


@FAMILY.define(
    "tail",
    "values:list",
    LIST,
    examples=[('["tail", ["list", 1, 2]]', "[2]")],
    result_rule=_LIKE,
    phrases="all but the first of {0}",
)
def tail(run: Run, values: list[Any]) -> list[Any]:
    """Return all elements but the first."""
    run.spend(len(values))
    return values[1:]


@FAMILY.define(
    "drop",
    "values:list",
    LIST,
    examples=[('["drop", ["list", 1, 2]]', "[1]")],
    result_rule=_LIKE,
    phrases="all but the last of {0}",
)
def drop(run: Run, values: list[Any]) -> list[Any]:
    """Return all elements but the last."""
    run.spend(len(values))
    return values[:-1]


@FAMILY.define(
    "item",
    "values:list index:number",
    examples=[('["item", ["list", "a", "b"], 1]', '"b"')],
    errors="range",
    result_rule=_ELEMENT,
    phrases="element {1} of {0}",
)
def item(_run: Run, values: list[Any], index: Decimal) -> Any:
    """Return the element at an index, counted from 0."""
    if index != index.to_integral_value() or not 0 <= index < len(values):
        raise RangeError(f"there is no element {index:.20} in a list of {len(values)}")
    return values[int(index)]


@FAMILY.define(
    "push append",
    "values:list more:any...",
    LIST,
    examples=[('["push", ["list", 1], 2, 3]', "[1, 2, 3]")],
    errors="range",
    phrases="{0} and {1}",
)
def push(run: Run, values: list[Any], *more: Any) -> list[Any]:
    """Return the list with more elements at its end."""
    run.spend(len(values))
    return limited_list([*values, *more])


@FAMILY.define(
    "count", "values:list", NUMBER, examples=[('["count", ["list", 1]]', "1")], phrases="the number of {0}"
)
def count(_run: Run, values: list[Any]) -> Decimal:
    """Return the number of elements."""
    return Decimal(len(values))


@FAMILY.define(
    "isEmpty",
    "value:list|string",
    BOOLEAN,
    examples=[('["isEmpty", ["list"]]', "true"), ('["isEmpty", "a"]', "false")],
    phrases="{0} is empty|{0} is not empty",
    blocks="checkAttribute attribute:path operator=empty|not(empty)",
)
def is_empty(_run: Run, value: Any) -> bool:
    """Tell whether a list has no elements or a text no characters."""
    return not value


@FAMILY.define(
    "reverse",
    "values:list",
    LIST,
    examples=[('["reverse", ["list", 1, 2]]', "[2, 1]")],
    result_rule=_LIKE,
    phrases="{0} backwards",
)
def reverse(run: Run, values: list[Any]) -> list[Any]:
    """Return the elements from last to first."""
    run.spend(len(values))
    return values[::-1]


@FAMILY.define(
    "take",
    "values:list count:number",
    LIST,
    examples=[('["take", ["list", 1, 2, 3], 2]', "[1, 2]")],
    result_rule=_LIKE,
    phrases="the first {1} of {0}",
)
def take(run: Run, values: list[Any], number: Decimal) -> list[Any]:
    """Return the first elements; fewer when the list is shorter."""
    taken = values[: max(whole(number), 0)]
    run.spend(len(taken))
    return taken


@FAMILY.define(
    "takeLast",
    "values:list count:number",
    LIST,
    examples=[('["takeLast", ["list", 1, 2, 3], 2]', "[2, 3]")],
    result_rule=_LIKE,
    phrases="the last {1} of {0}",
)
def take_last(run: Run, values: list[Any], number: Decimal) -> list[Any]:
    """Return the last elements; fewer when the list is shorter."""
    kept = max(whole(number), 0)
    taken = values[-kept:] if kept else []
    run.spend(len(taken))
    return taken


@FAMILY.define(
    "slice",
    "values:list from:number to:number",
    LIST,
    examples=[('["slice", ["list", 1, 2, 3], 1, 9]', "[2, 3]")],
    errors="range",
    result_rule=_LIKE,
    phrases="elements {1} up to {2} of {0}",
)
def slice_(run: Run, values: list[Any], start: Decimal, end: Decimal) -> list[Any]:
    """Return the elements from one index up to, not including, another; clipped to the list."""
    if start < 0 or end < 0:
        raise RangeError("an index is not negative")
    taken = values[whole(start) : whole(end)]
    run.spend(len(taken))
    return taken


@FAMILY.define(
    "flatten",
    "values:list",
    LIST,
    examples=[('["flatten", ["list", ["list", 1], ["list", 2, 3]]]', "[1, 2, 3]")],
    errors="type range",
)
def flatten(run: Run, values: list[Any]) -> list[Any]:
    """Return the elements of the lists in a list, one level deep."""
    run.spend(len(values))
    for value in values:
        if not isinstance(value, list):
            raise TypeMismatchError(f"expected a list of lists, found a {kind_of_value(value)}")
    total = sum(map(len, values))
    run.spend(total)
    require_length(total, LIST_LENGTH_MAX, "list")
    return [element for value in values for element in value]
