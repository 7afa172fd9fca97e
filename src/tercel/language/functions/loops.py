"""Lists: a block for every element, and what comes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.language.catalogue.catalogue import SPECIAL, Family
from tercel.language.errors import DivisionByZeroError, RangeError, TypeMismatchError, located
from tercel.language.running.blocks import BlockCode, BoundBlock
from tercel.language.running.run import Compiled, Run
from tercel.language.running.site import Site
from tercel.language.values.kinds import BOOLEAN, LIST, NUMBER
from tercel.language.values.values import kind_of_value

FAMILY = Family("Loops over lists", is_foldable=True)


@FAMILY.define(
    "map",
    "values:list block:block",
    LIST,
    examples=[('["map", ["list", 1, 2], [["x"], ["*", [".", "x"], 10]]]', "[10, 20]")],
    result_rule="map 1",
    phrases="{1} of each of {0}",
)
def map_(_run: Run, values: list[Any], block: BoundBlock) -> list[Any]:
    """Return the block's value for each element."""
    return list(block.over(values))


def _list_of(run: Run, source: Compiled, at: str) -> list[Any]:
    values = source(run)
    if isinstance(values, list):
        return values
    raise located(TypeMismatchError(f"expected a list, got a {kind_of_value(values)}"), at)


def _not_boolean(value: Any, at: str) -> Exception:
    return located(TypeMismatchError(f"the block gave a {kind_of_value(value)}, not a boolean"), at)


@FAMILY.define(
    "filter",
    "values:list block:block",
    LIST,
    examples=[('["filter", ["list", 1, 4, 7], [["x"], [">", [".", "x"], 3]]]', "[4, 7]")],
    errors="type",
    result_rule="like 0",
    flags=SPECIAL,
    phrases="{0} where {1}",
)
def filter_(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """Return the elements for which the block is true."""
    (slot, body, size), at = block, site.call.at

    def run_filter(run: Run) -> list[Any]:
        values = _list_of(run, source, at)
        run.spend(len(values) * size)
        slots, chosen = run.slots, []
        before = slots[slot]
        try:
            for value in values:
                slots[slot] = value
                passes = body(run)
                if passes is True:
                    chosen.append(value)
                elif passes is not False:
                    raise _not_boolean(passes, at)
        finally:
            slots[slot] = before
        return chosen

    return run_filter


def _search(site: Site, source: Compiled, block: BlockCode, *, wanted: bool) -> Compiled:
    (slot, body, size), at = block, site.call.at
    found, not_found = wanted, not wanted

    def search(run: Run) -> bool:
        values = _list_of(run, source, at)
        run.spend(len(values) * size)
        slots = run.slots
        before = slots[slot]
        try:
            for value in values:
                slots[slot] = value
                passes = body(run)
                if passes is wanted:
                    return found
                if passes is not True and passes is not False:
                    raise _not_boolean(passes, at)
        finally:
            slots[slot] = before
        return not_found

    return search


@FAMILY.define(
    "exists",
    "values:list block:block",
    BOOLEAN,
    examples=[('["exists", ["list", 1, 4], [["x"], [">", [".", "x"], 3]]]', "true")],
    errors="type",
    flags=SPECIAL,
    phrases="there is one of {0} where {1}|there is none of {0} where {1}",
)
def exists(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """Tell whether the block is true for at least one element; false for an empty list."""
    return _search(site, source, block, wanted=True)


@FAMILY.define(
    "every",
    "values:list block:block",
    BOOLEAN,
    examples=[('["every", ["list", 1, 4], [["x"], [">", [".", "x"], 3]]]', "false")],
    errors="type",
    flags=SPECIAL,
    phrases="for each of {0}, {1}|not for each of {0}, {1}",
)
def every(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """Tell whether the block is true for every element; true for an empty list."""
    return _search(site, source, block, wanted=False)


@FAMILY.define(
    "countIf",
    "values:list block:block",
    NUMBER,
    examples=[('["countIf", ["list", 1, 4, 7], [["x"], [">", [".", "x"], 3]]]', "2")],
    errors="type",
    flags=SPECIAL,
    phrases="the number of {0} where {1}",
)
def count_if(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """Return the number of elements for which the block is true."""
    chosen = filter_(site, source, block)
    return lambda run: Decimal(len(chosen(run)))


@FAMILY.define(
    "sum",
    "values:list block:block?",
    NUMBER,
    examples=[
        ('["sum", ["list", 1, 2]]', "3"),
        ('["sum", ["list", 1, 2], [["x"], ["*", [".", "x"], 10]]]', "30"),
    ],
    errors="type",
    flags=SPECIAL,
    phrases=("the sum of {0}", "the sum of {1} over {0}"),
)
def sum_(site: Site, source: Compiled, block: BlockCode | None = None) -> Compiled:
    """Add the numbers, or the block's numbers for each element; 0 for an empty list."""
    at = site.call.at

    def run_sum(run: Run) -> Decimal:
        values = _list_of(run, source, at)
        try:
            return _sum(_numbers(run, values, None if block is None else BoundBlock(run, block)))
        except TypeMismatchError as error:
            located(error, at)
            raise
        except ArithmeticError:
            raise located(RangeError("the sum is out of range"), at) from None

    return run_sum


def _numbers(run: Run, values: list[Any], block: BoundBlock | None) -> list[Decimal]:
    if block is None:
        run.spend(len(values))
    numbers = list(values if block is None else block.over(values))
    for number in numbers:
        if not isinstance(number, Decimal):
            raise TypeMismatchError(f"expected numbers, got a {kind_of_value(number)}")
    return numbers


def _sum(numbers: list[Decimal]) -> Decimal:
    return sum(numbers, ZERO)


@FAMILY.define(
    "average",
    "values:list block:block?",
    NUMBER,
    examples=[('["average", ["list", 1, 2]]', "1.5")],
    errors="divisionByZero type",
    phrases=("the average of {0}", "the average of {1} over {0}"),
)
def average(run: Run, values: list[Any], block: BoundBlock | None = None) -> Decimal:
    """Return the mean of the numbers, or of the block's numbers for each element."""
    numbers = _numbers(run, values, block)
    if not numbers:
        raise DivisionByZeroError("the list is empty")
    return _sum(numbers) / len(numbers)
