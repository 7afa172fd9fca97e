"""Lists: sorting, grouping, the best element."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.language.catalogue.catalogue import Family
from tercel.language.errors import MissingError, TypeMismatchError
from tercel.language.running.blocks import BoundBlock
from tercel.language.running.equality import Groups
from tercel.language.running.run import Run
from tercel.language.values.costs import STEPS_PER_SORTED, steps_of_text
from tercel.language.values.kinds import LIST, Kind
from tercel.language.values.times import instant
from tercel.language.values.values import as_time, kind_of_value

FAMILY = Family("Sorting and grouping", is_foldable=True)

_LIKE = "like 0"
_PLAIN = {Decimal, str, bool}


def _text_steps(keys: list[Any]) -> int:
    return steps_of_text(sum(len(key) for key in keys if type(key) is str))


def _sort_keys(values: list[Any], kind: Kind | None) -> list[Any]:
    """Return the keys as Python values that order: all numbers, all texts, all times or all booleans."""
    keys = [as_time(value) if kind is Kind.TIME else value for value in values]
    kinds = {kind_of_value(key) for key in keys}
    expected = {kind} if kind is not None else {next(iter(kinds), Kind.NUMBER)}
    if kinds - expected or kinds - {Kind.NUMBER, Kind.STRING, Kind.TIME, Kind.BOOLEAN}:
        raise TypeMismatchError(f"cannot sort by {' and '.join(sorted(kinds))}")
    return [instant(key) if isinstance(key, datetime) else key for key in keys]


def _sorted(
    run: Run, values: list[Any], keys: list[Any], kind: Kind | None, *, descending: bool
) -> list[Any]:
    run.spend((len(values) + _text_steps(keys)) * STEPS_PER_SORTED)
    ordered = _sort_keys(keys, kind)
    positions = sorted(range(len(values)), key=ordered.__getitem__, reverse=descending)
    return [values[position] for position in positions]


@FAMILY.define(
    "sort",
    "values:list descending:boolean?",
    LIST,
    examples=[
        ('["sort", ["list", 2, 3, 1]]', "[1, 2, 3]"),
        ('["sort", ["list", "a", "b"], true]', '["b", "a"]'),
    ],
    errors="type",
    result_rule=_LIKE,
    phrases="{0} in order",
)
def sort(run: Run, values: list[Any], descending: bool = False) -> list[Any]:
    """Return the elements in ascending order, or descending; all of one kind."""
    return _sorted(run, values, values, None, descending=descending)


def _define_sort(name: str, kind: Kind, example: tuple[str, str]) -> None:
    @FAMILY.define(
        name,
        "values:list block:block descending:boolean?",
        LIST,
        doc=f"Return the elements ordered by a {kind} that the block gives for each; equal ones keep their order.",
        examples=[example],
        errors="type",
        result_rule=_LIKE,
        phrases=("{0} by {1}", "{0} by {1} (descending: {2})"),
    )
    def sort_by(run: Run, values: list[Any], block: BoundBlock, descending: bool = False) -> list[Any]:
        return _sorted(run, values, list(block.over(values)), kind, descending=descending)


_define_sort(
    "sortByNumber",
    Kind.NUMBER,
    ('["sortByNumber", ["list", 2, 3, 1], [["x"], [".", "x"]], true]', "[3, 2, 1]"),
)
_define_sort(
    "sortByString", Kind.STRING, ('["sortByString", ["list", "b", "a"], [["x"], [".", "x"]]]', '["a", "b"]')
)
_define_sort(
    "sortByTime",
    Kind.TIME,
    (
        '["sortByTime", ["list", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"], [["x"], [".", "x"]]]',
        '["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]',
    ),
)


def _group(run: Run, values: list[Any], keys: list[Any]) -> list[list[Any]]:
    """Put the elements with equal keys together, groups in order of first appearance."""
    groups: dict[Any, list[Any]] = {}
    kinds = set(map(type, keys))
    if kinds <= _PLAIN and len(kinds) <= 1:  # equal ones are equal for Python too
        run.spend(_text_steps(keys))
        for value, key in zip(values, keys, strict=True):
            groups.setdefault(key, []).append(value)
    else:
        equal = Groups(run)
        for value, key in zip(values, keys, strict=True):
            groups.setdefault(equal.place(key), []).append(value)
    return list(groups.values())


@FAMILY.define(
    "distinct",
    "values:list block:block?",
    LIST,
    examples=[('["distinct", ["list", 1, 2, 1]]', "[1, 2]")],
    result_rule=_LIKE,
    phrases=("the different ones of {0}", "those of {0} that differ in {1}"),
)
def distinct(run: Run, values: list[Any], block: BoundBlock | None = None) -> list[Any]:
    """Return the first element of each different value, or of each different value of the block."""
    run.spend(len(values))
    keys = values if block is None else list(block.over(values))
    return [group[0] for group in _group(run, values, keys)]


@FAMILY.define(
    "groupBy",
    "values:list block:block",
    LIST,
    examples=[('["groupBy", ["list", 1, 2, 3], [["x"], ["mod", [".", "x"], 2]]]', "[[1, 3], [2]]")],
    phrases="{0} grouped by {1}",
)
def group_by(run: Run, values: list[Any], block: BoundBlock) -> list[Any]:
    """Return lists of the elements with the same value of the block, in order of first appearance."""
    return list(_group(run, values, list(block.over(values))))


def _best(run: Run, values: list[Any], block: BoundBlock, *, largest: bool) -> Any:
    found = list(block.over(values))
    run.spend(_text_steps(found))
    keys = _sort_keys(found, None)
    if not keys:
        raise MissingError("the list is empty")
    return values[keys.index(max(keys) if largest else min(keys))]


@FAMILY.define(
    "minBy",
    "values:list block:block",
    examples=[('["minBy", ["list", "bb", "a"], [["x"], ["length", [".", "x"]]]]', '"a"')],
    errors="missing type",
    result_rule="element 0",
    phrases="the one of {0} with the smallest {1}",
)
def min_by(run: Run, values: list[Any], block: BoundBlock) -> Any:
    """Return the element with the smallest value of the block; the first of equals."""
    return _best(run, values, block, largest=False)


@FAMILY.define(
    "maxBy",
    "values:list block:block",
    examples=[('["maxBy", ["list", "bb", "a"], [["x"], ["length", [".", "x"]]]]', '"bb"')],
    errors="missing type",
    result_rule="element 0",
    phrases="the one of {0} with the largest {1}",
)
def max_by(run: Run, values: list[Any], block: BoundBlock) -> Any:
    """Return the element with the largest value of the block; the first of equals."""
    return _best(run, values, block, largest=True)
