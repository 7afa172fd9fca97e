"""Equality, order and membership (rules.md 2.9, 9.3)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.language.catalogue import VARIABLE, Family
from tercel.language.errors import NotAvailableError, TypeMismatchError
from tercel.language.kinds import BOOLEAN
from tercel.language.run import Run
from tercel.language.values import comparable, is_equal, kind_of_value

FAMILY = Family("Comparison", is_foldable=True)


def _spend(run: Run, value: Any) -> None:
    if isinstance(value, list | dict):
        run.spend(len(value))


@FAMILY.define(
    "=",
    "first:any others:any...",
    BOOLEAN,
    examples=[('["=", 1, 1.0, "1"]', "true"), ('["=", "a", "b"]', "false")],
    errors="time",
)
def equal(run: Run, first: Any, *others: Any) -> bool:
    """Whether every later value equals the first. Numbers compare by value, a number equals its text,
    times compare as instants."""
    for other in others:
        _spend(run, other)
        if not is_equal(first, other):
            return False
    return True


@FAMILY.define(
    "!=",
    "first:any others:any...",
    BOOLEAN,
    examples=[('["!=", "a", "b"]', "true"), ('["!=", 1, "1"]', "false")],
    errors="time",
)
def not_equal(run: Run, first: Any, *others: Any) -> bool:
    """Whether no later value equals the first."""
    for other in others:
        _spend(run, other)
        if is_equal(first, other):
            return False
    return True


def _define_order(name: str, words: str, example: tuple[str, str], holds: Callable[[Any, Any], bool]) -> None:
    @FAMILY.define(
        name,
        "first:any others:any...",
        BOOLEAN,
        doc=f"Whether the first number or time is {words} each later one.",
        examples=[example],
        errors="type time",
    )
    def order(_run: Run, first: Any, *others: Any) -> bool:
        pairs = [comparable(first, other) for other in others]
        return all(holds(left, right) for left, right in pairs)


_define_order("<", "less than", ('["<", 1, 2, 3]', "true"), operator.lt)
_define_order("<=", "at most", ('["<=", 2, 2]', "true"), operator.le)
_define_order(">", "greater than", ('[">", 1, 2]', "false"), operator.gt)
_define_order(">=", "at least", ('[">=", 3, 2]', "true"), operator.ge)


@FAMILY.define(
    "between",
    "first:any second:any third:any more:any*",
    BOOLEAN,
    examples=[('["between", 1, 0, 2]', "true"), ('["between", 0, 0, 2]', "false")],
    errors="type time",
)
def between(_run: Run, *values: Any) -> bool:
    """Whether all values lie strictly between the last two, numbers or times; the ends are excluded."""
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
)
def between_inclusive(_run: Run, value: Any, low: Any, high: Any) -> bool:
    """Whether a number or time lies between two others, the ends included."""
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
)
def one_of(run: Run, value: Any, values: list[Any]) -> bool:
    """Whether the value equals an element of the list."""
    run.spend(len(values))
    return any(is_equal(value, candidate) for candidate in values)


@FAMILY.define(
    "notOneOf",
    "value:any values:list",
    BOOLEAN,
    examples=[('["notOneOf", "c", ["list", "a", "b"]]', "true")],
    errors="type time",
)
def not_one_of(run: Run, value: Any, values: list[Any]) -> bool:
    """Whether the value equals no element of the list."""
    return not one_of(run, value, values)


@FAMILY.define(
    "inCollection",
    "value:string collection:string|number",
    BOOLEAN,
    errors="missing",
    flags=VARIABLE,
)
def in_collection(run: Run, value: str, collection: Any) -> bool:
    """Whether a collection of the campaign, else of the account, holds the text."""
    if run.host is None:
        raise NotAvailableError("collections need an evaluation")
    return run.host.in_collection(value, collection)


@FAMILY.define(
    "notInCollection",
    "value:string collection:string|number",
    BOOLEAN,
    errors="missing",
    flags=VARIABLE,
)
def not_in_collection(run: Run, value: str, collection: Any) -> bool:
    """Whether the collection does not hold the text."""
    return not in_collection(run, value, collection)
