"""Lists: reading, testing and reducing. Lists are never changed; every function gives a new one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import LIST_LENGTH_MAX
from tercel.base.numbers import ZERO
from tercel.language.blocks import BlockCode, BoundBlock
from tercel.language.catalogue import SPECIAL, Family
from tercel.language.errors import DivisionByZeroError, MissingError, RangeError, TypeMismatchError, located
from tercel.language.kinds import BOOLEAN, LIST, NUMBER
from tercel.language.run import Compiled, Run
from tercel.language.site import Site
from tercel.language.values import is_equal, kind_of_value, limited_list, require_length, whole

FAMILY = Family("Lists", is_foldable=True)

_ELEMENT = "element 0"
_LIKE = "like 0"


@FAMILY.define(
    "head first",
    "values:list",
    examples=[('["head", ["list", 1, 2]]', "1")],
    errors="missing",
    result_rule=_ELEMENT,
)
def head(_run: Run, values: list[Any]) -> Any:
    """The first element."""
    return _present(values, 0)


@FAMILY.define(
    "last",
    "values:list",
    examples=[('["last", ["list", 1, 2]]', "2")],
    errors="missing",
    result_rule=_ELEMENT,
)
def last(_run: Run, values: list[Any]) -> Any:
    """The last element."""
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
)
def tail(run: Run, values: list[Any]) -> list[Any]:
    """All elements but the first."""
    run.spend(len(values))
    return values[1:]


@FAMILY.define(
    "drop",
    "values:list",
    LIST,
    examples=[('["drop", ["list", 1, 2]]', "[1]")],
    result_rule=_LIKE,
)
def drop(run: Run, values: list[Any]) -> list[Any]:
    """All elements but the last."""
    run.spend(len(values))
    return values[:-1]


@FAMILY.define(
    "item",
    "values:list index:number",
    examples=[('["item", ["list", "a", "b"], 1]', '"b"')],
    errors="range",
    result_rule=_ELEMENT,
)
def item(_run: Run, values: list[Any], index: Decimal) -> Any:
    """The element at an index, counted from 0."""
    if index != index.to_integral_value() or not 0 <= index < len(values):
        raise RangeError(f"there is no element {index:.20} in a list of {len(values)}")
    return values[int(index)]


@FAMILY.define(
    "push append",
    "values:list more:any...",
    LIST,
    examples=[('["push", ["list", 1], 2, 3]', "[1, 2, 3]")],
    errors="range",
)
def push(run: Run, values: list[Any], *more: Any) -> list[Any]:
    """The list with more elements at its end."""
    run.spend(len(values))
    return limited_list([*values, *more])


@FAMILY.define("count", "values:list", NUMBER, examples=[('["count", ["list", 1]]', "1")])
def count(_run: Run, values: list[Any]) -> Decimal:
    """The number of elements."""
    return Decimal(len(values))


@FAMILY.define(
    "isEmpty",
    "value:list|string",
    BOOLEAN,
    examples=[('["isEmpty", ["list"]]', "true"), ('["isEmpty", "a"]', "false")],
)
def is_empty(_run: Run, value: Any) -> bool:
    """Whether a list has no elements or a text no characters."""
    return not value


@FAMILY.define(
    "map",
    "values:list block:block",
    LIST,
    examples=[('["map", ["list", 1, 2], [["x"], ["*", [".", "x"], 10]]]', "[10, 20]")],
    result_rule="map 1",
)
def map_(_run: Run, values: list[Any], block: BoundBlock) -> list[Any]:
    """The block's value for each element."""
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
    result_rule=_LIKE,
    flags=SPECIAL,
)
def filter_(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """The elements for which the block is true."""
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
)
def exists(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """Whether the block is true for some element; false for an empty list."""
    return _search(site, source, block, wanted=True)


@FAMILY.define(
    "every",
    "values:list block:block",
    BOOLEAN,
    examples=[('["every", ["list", 1, 4], [["x"], [">", [".", "x"], 3]]]', "false")],
    errors="type",
    flags=SPECIAL,
)
def every(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """Whether the block is true for every element; true for an empty list."""
    return _search(site, source, block, wanted=False)


@FAMILY.define(
    "countIf",
    "values:list block:block",
    NUMBER,
    examples=[('["countIf", ["list", 1, 4, 7], [["x"], [">", [".", "x"], 3]]]', "2")],
    errors="type",
    flags=SPECIAL,
)
def count_if(site: Site, source: Compiled, block: BlockCode) -> Compiled:
    """The number of elements for which the block is true."""
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
)
def sum_(site: Site, source: Compiled, block: BlockCode | None = None) -> Compiled:
    """The sum of the numbers, or of the block's numbers for each element; 0 for an empty list."""
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
)
def average(run: Run, values: list[Any], block: BoundBlock | None = None) -> Decimal:
    """The mean of the numbers, or of the block's numbers for each element."""
    numbers = _numbers(run, values, block)
    if not numbers:
        raise DivisionByZeroError("the list is empty")
    return _sum(numbers) / len(numbers)


@FAMILY.define(
    "reverse",
    "values:list",
    LIST,
    examples=[('["reverse", ["list", 1, 2]]', "[2, 1]")],
    result_rule=_LIKE,
)
def reverse(run: Run, values: list[Any]) -> list[Any]:
    """The elements from last to first."""
    run.spend(len(values))
    return values[::-1]


@FAMILY.define(
    "take",
    "values:list count:number",
    LIST,
    examples=[('["take", ["list", 1, 2, 3], 2]', "[1, 2]")],
    result_rule=_LIKE,
)
def take(run: Run, values: list[Any], number: Decimal) -> list[Any]:
    """The first elements; fewer when the list is shorter."""
    taken = values[: max(whole(number), 0)]
    run.spend(len(taken))
    return taken


@FAMILY.define(
    "takeLast",
    "values:list count:number",
    LIST,
    examples=[('["takeLast", ["list", 1, 2, 3], 2]', "[2, 3]")],
    result_rule=_LIKE,
)
def take_last(run: Run, values: list[Any], number: Decimal) -> list[Any]:
    """The last elements; fewer when the list is shorter."""
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
)
def slice_(run: Run, values: list[Any], start: Decimal, end: Decimal) -> list[Any]:
    """The elements from one index up to, not including, another; clipped to the list."""
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
    """The elements of the lists in a list, one level."""
    for value in values:
        if not isinstance(value, list):
            raise TypeMismatchError(f"expected a list of lists, found a {kind_of_value(value)}")
    total = sum(map(len, values))
    run.spend(total)
    require_length(total, LIST_LENGTH_MAX, "list")
    return [element for value in values for element in value]


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
