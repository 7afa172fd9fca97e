"""Equality, order and membership (behaviour/language 8)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from tercel.language.catalogue.catalogue import VARIABLE, Facts, Family
from tercel.language.errors import TypeMismatchError
from tercel.language.running.equality import Comparison, is_equal
from tercel.language.running.run import Run
from tercel.language.values.kinds import BOOLEAN
from tercel.language.values.values import comparable, kind_of_value

FAMILY = Family("Comparison", is_foldable=True)

_IN_COLLECTION = "value:string collection:string|number@collections"


@FAMILY.define(
    "=",
    "first:any others:any...",
    BOOLEAN,
    examples=[('["=", 1, 1.0, "1"]', "true"), ('["=", "a", "b"]', "false")],
    errors="time",
    phrases="{0} is {1}|{0} is not {1}",
    blocks=(
        "checkAttribute attribute:path !true operator=isTrue",
        "checkAttribute attribute:path !false operator=isFalse",
        "checkAttribute attribute:path value:value operator=equals",
    ),
)
def equal(run: Run, first: Any, *others: Any) -> bool:
    """Tell whether every later value equals the first. Numbers compare by value, a number equals its text, times
    compare as instants."""
    return all(is_equal(run, first, other) for other in others)


@FAMILY.define(
    "!=",
    "first:any others:any...",
    BOOLEAN,
    examples=[('["!=", "a", "b"]', "true"), ('["!=", 1, "1"]', "false")],
    errors="time",
    phrases="{0} is not {1}|{0} is {1}",
    blocks="checkAttribute attribute:path value:value operator=not(equals)",
)
def not_equal(run: Run, first: Any, *others: Any) -> bool:
    """Tell whether no later value equals the first."""
    return not any(is_equal(run, first, other) for other in others)


def _define_order(name: str, holds: Callable[[Any, Any], bool], **facts: Unpack[Facts]) -> None:
    @FAMILY.define(name, "first:any others:any...", BOOLEAN, **facts)
    def order(_run: Run, first: Any, *others: Any) -> bool:
        pairs = [comparable(first, other) for other in others]
        return all(holds(left, right) for left, right in pairs)


_define_order(
    "<",
    operator.lt,
    errors="type time",
    doc="Tell whether the first number or time is less than each later one.",
    examples=[('["<", 1, 2, 3]', "true")],
    phrases="{0} is less than {1}",
    blocks="checkAttribute attribute:path value:value operator=lessThan",
)
_define_order(
    "<=",
    operator.le,
    errors="type time",
    doc="Tell whether the first number or time is at most each later one.",
    examples=[('["<=", 2, 2]', "true")],
    phrases="{0} is at most {1}",
    blocks="checkAttribute attribute:path value:value operator=lessThanOrEqual",
)
_define_order(
    ">",
    operator.gt,
    errors="type time",
    doc="Tell whether the first number or time is greater than each later one.",
    examples=[('[">", 1, 2]', "false")],
    phrases="{0} is more than {1}",
    blocks="checkAttribute attribute:path value:value operator=greaterThan",
)
_define_order(
    ">=",
    operator.ge,
    errors="type time",
    doc="Tell whether the first number or time is at least each later one.",
    examples=[('[">=", 3, 2]', "true")],
    phrases="{0} is at least {1}",
    blocks="checkAttribute attribute:path value:value operator=greaterThanOrEqual",
)


@FAMILY.define(
    "between",
    "first:any second:any third:any more:any*",
    BOOLEAN,
    examples=[('["between", 1, 0, 2]', "true"), ('["between", 0, 0, 2]', "false")],
    errors="type time",
    phrases="{0} is between {1} and {2}, both excluded",
)
def between(_run: Run, *values: Any) -> bool:
    """Tell whether all values lie strictly between the last two, numbers or times; the ends are excluded."""
    *inner, low, high = values
    _one_kind(values)
    pairs = [(comparable(low, value), comparable(value, high)) for value in inner]
    return all(left[0] < left[1] and right[0] < right[1] for left, right in pairs)


@FAMILY.define(
    "betweenInclusive",
    "value:any low:any high:any",
    BOOLEAN,
    examples=[('["betweenInclusive", 0, 0, 2]', "true")],
    errors="type time",
    phrases="{0} is between {1} and {2}",
    blocks="checkAttribute attribute:path min:value max:value operator=between",
)
def between_inclusive(_run: Run, value: Any, low: Any, high: Any) -> bool:
    """Tell whether a number or time lies between two others, the ends included."""
    _one_kind((value, low, high))
    left, right = comparable(low, value), comparable(value, high)
    return bool(left[0] <= left[1] and right[0] <= right[1])


def _one_kind(values: tuple[Any, ...]) -> None:
    if not all(isinstance(value, Decimal) for value in values) and not any(
        isinstance(value, datetime) for value in values
    ):
        kinds = ", ".join(kind_of_value(value) for value in values)
        raise TypeMismatchError(f"compare numbers or times, not {kinds}")


@FAMILY.define(
    "oneOf",
    "value:any values:list",
    BOOLEAN,
    examples=[('["oneOf", "a", ["list", "a", "b"]]', "true")],
    errors="type time",
    phrases="{0} is one of {1}|{0} is none of {1}",
    blocks="checkAttribute attribute:path value:value operator=oneOf",
)
def one_of(run: Run, value: Any, values: list[Any]) -> bool:
    """Tell whether the value equals an element of the list."""
    run.spend(len(values))
    if isinstance(value, list | dict):
        comparison = Comparison(run)
        return any(comparison.are_equal(value, candidate) for candidate in values)
    return any(is_equal(run, value, candidate) for candidate in values)


@FAMILY.define(
    "notOneOf",
    "value:any values:list",
    BOOLEAN,
    examples=[('["notOneOf", "c", ["list", "a", "b"]]', "true")],
    errors="type time",
    phrases="{0} is none of {1}|{0} is one of {1}",
    blocks="checkAttribute attribute:path value:value operator=not(oneOf)",
)
def not_one_of(run: Run, value: Any, values: list[Any]) -> bool:
    """Tell whether the value equals no element of the list."""
    return not one_of(run, value, values)


in_collection = FAMILY.hosted(
    "inCollection",
    _IN_COLLECTION,
    BOOLEAN,
    doc="Tell whether a collection of the campaign, else of the account, holds the text.",
    errors="missing",
    phrases="{0} is in collection {1}|{0} is not in collection {1}",
    blocks="checkAttribute attribute:path value:value operator=inCollection",
)


@FAMILY.define(
    "notInCollection",
    _IN_COLLECTION,
    BOOLEAN,
    errors="missing",
    flags=VARIABLE,
    phrases="{0} is not in collection {1}|{0} is in collection {1}",
    blocks="checkAttribute attribute:path value:value operator=not(inCollection)",
)
def not_in_collection(run: Run, value: str, collection: Any) -> bool:
    """Tell whether the text is not in the collection."""
    return not in_collection(run, value, collection)
