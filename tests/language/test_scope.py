"""Names: what hides what, bindings computed once, and the slots behind them (behaviour/evaluation 8; behaviour/language 5)."""

from decimal import Decimal
from typing import Any

import pytest

from tercel.base.numbers import use_engine_context
from tercel.language.compiler.compiler import compile_expression
from tercel.language.compiler.shapes import shape_of
from tercel.language.errors import DivisionByZeroError, MissingError
from tercel.language.reader import read
from tercel.language.running.run import UNSET, Compiled
from tercel.language.running.scope import Scope
from tests.language.programs import SCOPE, WorldRun, run_in

CART = [".", "Session", "CartItems"]
WORLD = {
    "Attributes": {"x": Decimal(7)},
    "Total": Decimal(5),
    "CartItems": [
        {"Attributes": {}, "Price": Decimal(2), "Category": "a"},
        {"Attributes": {}, "Price": Decimal(3), "Category": "b"},
    ],
}


def bound(**expressions: Any) -> Scope:
    """A scope in which each binding sees the earlier ones."""
    scope = SCOPE
    for slot, (name, expression) in enumerate(expressions.items()):
        node = read(expression)
        scope = scope.with_binding(
            name.replace("_", " "), slot, compile_expression(node, scope), shape_of(node, scope)
        )
    return scope


def compiled(expression: Any, scope: Scope) -> Compiled:
    use_engine_context()
    return compile_expression(read(expression), scope)


def world_run(slot_count: int = 8) -> WorldRun:
    run = run_in(WORLD)
    run.slots[:0] = [UNSET] * slot_count
    return run


def test_bindings_read_earlier_bindings_and_hide_globals() -> None:
    scope = bound(a=["+", 1, 1], b=["*", [".", "a"], 10], Session=["kv", ["Total", 99]])
    assert compiled(["list", [".", "b"], [".", "Session", "Total"]], scope)(world_run()) == [20, 99]


def test_a_parameter_hides_a_binding() -> None:
    scope = bound(x=["identity", 1])
    expression = ["list", ["do", 5, [["x"], [".", "x"]]], [".", "x"]]
    assert compiled(expression, scope)(world_run()) == [5, 1]


def test_the_inner_meaning_is_not_left_for_an_outer_one() -> None:
    scope = bound(Session=["kv", ["Other", 1]])
    with pytest.raises(MissingError):
        compiled([".", "Session", "Total"], scope)(world_run())


def test_a_binding_is_computed_once_until_its_slot_is_reset() -> None:
    computed = []
    scope = SCOPE.with_binding("costly", 0, lambda run: computed.append(run) or Decimal(len(computed)))  # type: ignore[func-returns-value]  # append gives None
    expression = compiled(["+", [".", "costly"], [".", "costly"]], scope)
    run = world_run()
    assert (expression(run), len(computed)) == (2, 1)
    assert (expression(run), len(computed)) == (2, 1)
    run.slots[0] = UNSET
    assert (expression(run), len(computed)) == (4, 2)


def test_a_failing_binding_fails_at_every_reading() -> None:
    scope = bound(bad=["/", 1, 0])
    expression = compiled(["list", ["catch", 1, [".", "bad"]], [".", "bad"]], scope)
    with pytest.raises(DivisionByZeroError):
        expression(world_run())


def test_a_binding_that_nobody_reads_is_not_computed() -> None:
    assert compiled(["list", 1], bound(bad=["/", 1, 0]))(world_run()) == [1]


def test_the_item_count_of_a_filter() -> None:
    scope = bound(
        My_Shoes=["filter", CART, [["Item"], ["=", [".", "Item", "Category"], "a"]]], number=["+", 1, 1]
    )
    assert compiled([".", "My Shoes item count"], scope)(world_run()) == 1
    with pytest.raises(MissingError):
        compiled([".", "number item count"], scope)(world_run())
    with pytest.raises(MissingError):
        compiled([".", "Nothing item count"], scope)(world_run())


def test_a_binding_with_a_block_may_be_first_read_within_a_block() -> None:
    inner = ["sum", ["map", CART, [["i"], ["do", [".", "i", "Price"], [["p"], ["*", [".", "p"], 2]]]]]]
    scope = bound(doubled=inner)
    expression = ["map", CART, [["Item"], ["+", [".", "doubled"], [".", "Item", "Price"]]]]
    assert compiled(expression, scope)(world_run()) == [12, 13]


def test_a_failure_within_a_block_leaves_the_parameter_as_it_was() -> None:
    failing = ["catch", 0, ["map", CART, [["y"], ["/", 1, 0]]]]
    expression = ["map", CART, [["x"], ["list", failing, [".", "x", "Price"]]]]
    assert compiled(expression, SCOPE)(world_run()) == [[0, 2], [0, 3]]


def test_globals_and_fields_match_without_regard_to_case() -> None:
    assert compiled([".", "SESSION", "total"], SCOPE)(world_run()) == 5
    assert compiled([".", "Session", "attributes", "x"], SCOPE)(world_run()) == 7
    with pytest.raises(MissingError):
        compiled([".", "Session", "Attributes", "X"], SCOPE)(world_run())


def test_a_computed_name_is_looked_up_when_it_runs() -> None:
    scope = bound(name=["identity", "Session"])
    assert compiled([".", [".", "name"], ["concat", "Tot", "al"]], scope)(world_run()) == 5
    with pytest.raises(MissingError, match="nothing called"):
        compiled([".", ["concat", "No", "body"]], scope)(world_run())


def test_an_unset_global_is_missing() -> None:
    run = world_run()
    run.session = None  # type: ignore[assignment]  # as for a campaign without a session
    for expression in ([".", "Session"], [".", "Session", "Total"], [".", "Session", "Attributes", "x"]):
        with pytest.raises(MissingError, match="`Session` is not set"):
            compiled(expression, SCOPE)(run)
    with pytest.raises(MissingError):
        compiled([">=", [".", "Session", "Total"], 1], SCOPE)(run)


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        (["+", 1, ["/", 1, 0]], "/2"),
        (["and", True, [".", "Session", "Nothing"]], "/2"),
        (["map", CART, [["i"], [">", [".", "i", "Attributes", "z"], 1]]], "/2/1/1"),
        (["+", ["identity", "a"], ["list"]], ""),
        (["list", ["nothingOfTheKind"]], "/1"),
        (["<", [".", "Session", "Total"], "x"], ""),
    ],
)
def test_errors_say_where(expression: Any, at: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # the place is the same for every error
        compiled(expression, SCOPE)(world_run())
    assert getattr(caught.value, "at", None) == at
