"""Equality of nested values: what is shared is visited once, and what is visited is charged (behaviour/language 8)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercel.base.limits import LIST_LENGTH_MAX, STEPS_MAX, VALUE_DEPTH_MAX
from tercel.language.compiler.compiler import compile_expression
from tercel.language.errors import AbortedError, RangeError, TimeError
from tercel.language.reader import read
from tercel.language.running.equality import Groups, is_equal
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope

#: Far fewer than there are values in what unfolds, far more than there are lists.
FEW = 40_000


def compute(expression: Any, **variables: Any) -> tuple[Any, int]:
    """The value of an expression, and the steps that it cost."""
    run = Run(now=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC, variables=variables)
    value = compile_expression(read(expression), Scope(free=True))(run)
    return value, STEPS_MAX - run.steps_left


def shared(levels: int, last: Any) -> Any:
    """A value that unfolds to two to the power of ``levels`` elements, made of as many lists."""
    value = [last]
    for _ in range(levels):
        value = [value, value]
    return value


def nested(levels: int) -> Any:
    """A list within a list, so many in all."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


LEFT, RIGHT, OTHER = shared(40, "s"), shared(40, "s"), shared(40, "t")
A, B = [".", "A"], [".", "B"]
MANY = ["map", [".", "Many"], [["x"], ["list", [".", "x"], A]]]

#: Every function that compares values of any shape, with the value that it must have.
COMPARED: list[tuple[Any, Any]] = [
    (["=", A, B], True),
    (["!=", A, B], False),
    (["=", A, [".", "Other"]], False),
    (["=", ["list", A, A], ["list", B, B]], True),
    (["=", ["kv", ["k", A]], ["kv", ["k", B]]], True),
    (["oneOf", A, ["list", [".", "Other"], B]], True),
    (["notOneOf", A, ["list", [".", "Other"], B]], False),
    (["oneOf", A, ["map", [".", "Many"], [["x"], [".", "Other"]]]], False),
    (["count", ["distinct", ["list", A, B, [".", "Other"]]]], 2),
    (["count", ["distinct", MANY]], 1_000),
    (["count", ["distinct", [".", "Many"], [["x"], A]]], 1),
    (["count", ["groupBy", [".", "Many"], [["x"], ["list", [".", "x"], A]]]], 1_000),
    (["containsAny", ["list", A], ["list", B, [".", "Other"]]], True),
    (["containsAll", ["list", A], ["list", B, [".", "Other"]]], False),
    (["containsNone", ["list", A], ["list", B]], False),
    (["containsAtLeast", ["list", A, [".", "Other"]], ["list", B, [".", "Other"]], 2], True),
    (["containsExactly", ["list", A], ["list", B, [".", "Other"]], 1], True),
    (["containsAll", MANY, MANY], True),
]


@pytest.mark.parametrize(("expression", "value"), COMPARED, ids=lambda each: str(each)[:60])
def test_what_is_shared_is_visited_once(expression: Any, value: Any) -> None:
    many = [Decimal(number) for number in range(1_000)]
    found, steps = compute(expression, A=LEFT, B=RIGHT, Other=OTHER, Many=many)
    assert found == value
    assert steps < FEW


def test_pairs_are_remembered_across_candidates() -> None:
    flat = [[Decimal(1)] * LIST_LENGTH_MAX for _ in range(2)]
    lists = [[each] * LIST_LENGTH_MAX for each in flat]
    found, steps = compute(["=", A, B], A=lists[0], B=lists[1])
    assert found is True
    assert steps < 3 * LIST_LENGTH_MAX


def test_what_is_visited_is_charged() -> None:
    lists = [[[Decimal(1)] * 1_000 for _ in range(1_000)] for _ in range(2)]
    with pytest.raises(AbortedError, match="steps"):
        compute(["=", A, B], A=lists[0], B=lists[1])


@pytest.mark.parametrize("function", ["=", "!=", "oneOf", "containsAny"])
def test_how_deep_values_may_be_nested_to_be_compared(function: str) -> None:
    def compare(levels: int) -> Any:
        sides: list[Any] = [nested(levels), nested(levels)]
        if function == "oneOf":
            sides[1] = [sides[1]]
        if function == "containsAny":
            sides = [[side] for side in sides]
        return compute([function, A, B], A=sides[0], B=sides[1])[0]

    assert compare(VALUE_DEPTH_MAX) is (function != "!=")
    with pytest.raises(RangeError, match="nested deeper"):
        compare(VALUE_DEPTH_MAX + 1)


def test_groups_of_what_is_nested_are_found_without_comparing_each_with_each() -> None:
    lists = [[Decimal(number), ["x"]] for number in range(LIST_LENGTH_MAX)]
    found, steps = compute(["count", ["distinct", A]], A=lists)
    assert found == LIST_LENGTH_MAX
    assert steps < 8 * LIST_LENGTH_MAX


def test_a_text_that_is_no_time_is_another_value_in_a_list() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert compute(["count", ["distinct", A]], A=["x", noon, "2026-01-01T13:00:00+01:00"])[0] == 2
    with pytest.raises(TimeError):
        compute(["=", A, B], A=["x"], B=[noon])


_TIMES = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, tzinfo=UTC)]
_ATOMS = st.sampled_from(
    [Decimal(1), Decimal("1.0"), Decimal(0), "1", "1.0", "0", "true", "x", True, False, None,
     _TIMES[0], "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"]
)  # fmt: skip
_VALUES = st.recursive(
    _ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


def plainly_equal(left: Any, right: Any) -> bool:
    """Equality as it reads in the specification, element by element."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(plainly_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(plainly_equal(left[key], right[key]) for key in left)
    try:
        return is_equal(new_run(), left, right)
    except TimeError:
        return False


def new_run() -> Run:
    return Run(now=_TIMES[0] + timedelta(days=1), zone=UTC)


@given(st.lists(_VALUES, max_size=8), st.lists(_VALUES, max_size=4))
def test_groups_are_those_of_comparing_each_with_each(values: list[Any], wanted: list[Any]) -> None:
    groups = Groups(new_run())
    firsts: list[Any] = []
    for value in values:
        expected = next((n for n, first in enumerate(firsts) if plainly_equal(first, value)), len(firsts))
        if expected == len(firsts):
            firsts.append(value)
        assert groups.place(value) == expected
    for value in wanted:
        assert list(groups.find_all(value)) == [
            n for n, each in enumerate(firsts) if plainly_equal(each, value)
        ]
    added = Groups(new_run())
    for value in values:
        added.add(value)
    for value in wanted:
        assert added.has(value) is any(plainly_equal(each, value) for each in values)


@given(_VALUES, _VALUES)
def test_equality_is_symmetric_and_reflexive(left: Any, right: Any) -> None:
    assert plainly_equal(left, left)
    assert plainly_equal(left, right) is plainly_equal(right, left)


def test_the_same_text_is_not_the_same_number() -> None:
    values = [Decimal(1), "1", "1.0"]
    equal = [is_equal(new_run(), *pair) for pair in combinations(values, 2)]
    assert equal == [True, True, False]
    assert all(is_equal(new_run(), a, b) is is_equal(new_run(), b, a) for a, b in product(values, repeat=2))
