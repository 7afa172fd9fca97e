"""Every limit of behaviour/language 13 at its edge: the last allowed and the first refused."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tercel.base.limits import (
    CHECK_ERRORS_MAX,
    EXPRESSION_DEPTH_MAX,
    EXPRESSION_NODES_MAX,
    LIST_LENGTH_MAX,
    STEPS_MAX,
    STEPS_PER_CLOCK_CHECK,
    STRING_LENGTH_MAX,
)
from tercel.base.numbers import use_engine_context
from tercel.language.checker.checker import check
from tercel.language.compiler.compiler import compile_effect, compile_expression
from tercel.language.errors import AbortedError, RangeError
from tercel.language.reader import ReadError, read
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope
from tercel.language.tree import size

LONG = "x" * STRING_LENGTH_MAX
FULL = [Decimal(1)] * LIST_LENGTH_MAX
VARIABLES = {"Text": LONG, "List": FULL, "Words": ["x"] * LIST_LENGTH_MAX, "Short": LONG[:8]}

#: Expressions whose result has the greatest length that is allowed, and one more.
GROWING = [
    (["concat", [".", "Text"], ""], ["concat", [".", "Text"], "y"]),
    (["+", [".", "Text"], ""], ["+", [".", "Text"], "y"]),
    (["join", ["list", [".", "Text"], ""], ""], ["join", ["list", [".", "Text"], ""], "-"]),
    (["replace", [".", "Text"], "x", "y"], ["replace", [".", "Text"], "x", "yy"]),
    (["push", ["tail", [".", "List"]], 1], ["push", [".", "List"], 1]),
    (["flatten", ["list", [".", "List"]]], ["flatten", ["list", [".", "List"], ["list", 1]]]),
    (
        ["split", ["substring", [".", "Text"], 0, 10_000], ""],
        ["split", ["substring", [".", "Text"], 0, 10_001], ""],
    ),
]


def compute(expression: Any, **options: Any) -> Any:
    use_engine_context()
    run = Run(now=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC, variables=VARIABLES, **options)
    return compile_expression(read(expression), Scope(free=True))(run)


@pytest.mark.parametrize(("allowed", "refused"), GROWING)
def test_length_of_results(allowed: Any, refused: Any) -> None:
    assert len(compute(allowed)) in {STRING_LENGTH_MAX, LIST_LENGTH_MAX}
    with pytest.raises(RangeError):
        compute(refused)


def nested(levels: int) -> Any:
    expression: Any = 1
    for _ in range(levels):
        expression = ["identity", expression]
    return expression


def test_depth() -> None:
    assert compute(nested(EXPRESSION_DEPTH_MAX)) == 1
    with pytest.raises(ReadError, match="deeper"):
        read(nested(EXPRESSION_DEPTH_MAX + 1))


def test_blocks_may_nest_as_deep_as_expressions() -> None:
    expression: Any = [".", "Item"]
    for _ in range(EXPRESSION_DEPTH_MAX - 1):
        expression = ["do", 1, expression]
    assert compute(expression) == 1


def test_nodes() -> None:
    assert len(compute(["list", *[1] * (EXPRESSION_NODES_MAX - 1)])) == EXPRESSION_NODES_MAX - 1
    with pytest.raises(ReadError, match="nodes"):
        read(["list", *[1] * EXPRESSION_NODES_MAX])


def test_length_of_literals() -> None:
    assert compute(LONG) == LONG
    with pytest.raises(ReadError, match="longer"):
        read(["list", LONG + "x"])


def test_numbers_in_range() -> None:
    assert compute(Decimal("1e6144")) == Decimal("1e6144")
    for number in (Decimal("1e6145"), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ReadError, match="range"):
            read(number)


def test_steps() -> None:
    # Each of 10,000 elements is charged 7 nodes of the body, the taken elements and as many nodes of the inner body.
    assert compute(["every", [".", "List"], ["every", ["take", [".", "List"], 46], True]]) is True
    with pytest.raises(AbortedError, match="steps"):
        compute(["every", [".", "List"], ["every", ["take", [".", "List"], 47], True]])


@pytest.mark.parametrize(
    "body",
    [
        ["sum", [".", "List"]],
        ["count", ["reverse", [".", "List"]]],
        ["oneOf", 2, [".", "List"]],
        ["=", [".", "List"], ["reverse", [".", "List"]]],
        ["count", ["sort", [".", "List"]]],
        ["length", ["join", [".", "Words"], ""]],
        ["containsAny", [".", "List"], ["list", 2]],
        ["max", [".", "List"]],
        ["count", ["distinct", [".", "List"]]],
    ],
)
def test_what_walks_a_list_is_charged_for_it(body: Any) -> None:
    with pytest.raises(AbortedError, match="steps"):
        compute(["every", [".", "List"], ["isSet", body]])


def test_aborting_is_never_caught() -> None:
    endless = ["every", [".", "List"], ["isSet", ["sum", [".", "List"]]]]
    for wrapped in (["catch", 1, endless], [".|", 1, endless], ["coalesce", endless, 1], ["isSet", endless]):
        with pytest.raises(AbortedError):
            compute(wrapped)


def test_the_processor_time_is_asked_for_every_so_many_steps() -> None:
    asked = []
    loop = ["every", [".", "List"], True]
    assert compute(loop, is_late=lambda: bool(asked.append(1))) is True
    assert len(asked) == 1
    with pytest.raises(AbortedError, match="time"):
        compute(loop, is_late=lambda: True)
    assert compute(["every", ["take", [".", "List"], 10], True], is_late=lambda: True) is True
    assert STEPS_PER_CLOCK_CHECK < LIST_LENGTH_MAX < STEPS_MAX


def test_findings_of_the_checker() -> None:
    wrong = read(["list", *[["unknownThing"]] * (CHECK_ERRORS_MAX + 1)])
    assert len(check(wrong, Scope())) == CHECK_ERRORS_MAX


DEEP = {
    "sources": lambda inner: ["map", inner, [["x"], [".", "x"]]],
    "bodies": lambda inner: ["map", [".", "Short"], [["x"], inner]],
    "filters": lambda inner: ["filter", inner, [["x"], ["catch", False, ["=", [".", "x", "a"], "b"]]]],
    "sums": lambda inner: ["sum", [".", "List"], [["x"], inner]],
    "lets": lambda inner: ["do", inner, [["x"], ["head", ["list", [".", "x"]]]]],
    "catches": lambda inner: ["catch", inner, inner] if inner == 1 else ["catch", 1, inner],
    "reactions": lambda inner: ["onError", ["kv", ["limit", inner]], ["noop"]],
    "names": lambda inner: [".", inner],
}


@pytest.mark.parametrize("wrap", DEEP.values(), ids=DEEP.keys())
def test_deep_expressions_are_compiled_and_checked_without_doubling(wrap: Any) -> None:
    expression: Any = 1
    while True:
        deeper = wrap(expression)
        try:
            node = read(deeper)
        except ReadError:
            break
        expression = deeper
    node = read(expression)
    check(node, Scope(free=True, allows_effects=True))
    assert callable(compile_effect(node, Scope(free=True)))


@pytest.mark.parametrize("function", ["map", "filter", "countIf", "every"])
def test_nested_loops_are_charged_for_each_body(function: str) -> None:
    """As many values as there are, times as many again, times the size of the inner body."""
    count, body = 40, ["!=", 2, ["+", [".", "b"], [".", "a"], 1]]
    run = Run(now=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC, variables={"Numbers": FULL[:count]})
    loops = ["map", [".", "Numbers"], [["a"], [function, [".", "Numbers"], [["b"], body]]]]
    before = run.steps_left
    compile_expression(read(loops), Scope(free=True))(run)
    assert before - run.steps_left >= count * count * size(read(body))
