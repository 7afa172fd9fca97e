"""The compiler agrees with the naive reference interpreter, value for value and error for error (behaviour/language 2, 4, 5, 6, 7, 9)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings

from tercel.base.numbers import use_engine_context
from tercel.language.compiler.compiler import compile_expression
from tercel.language.errors import TalangError
from tercel.language.reader import read
from tests.language.programs import PROGRAMS, SCOPE, WORLDS, data_of, run_in
from tests.support.reference_interpreter import Failed, interpret

CART = [".", "Session", "CartItems"]
SHOES = {"Attributes": {}, "Category": "a", "Price": Decimal(2)}
BARE = {"Attributes": {}}
WORLD = {"Attributes": {}, "Total": Decimal(5), "CartItems": [SHOES, BARE, SHOES]}
IS_A = ["=", [".", "Item", "Category"], "a"]
PRICES_OF_A = [
    "sum",
    ["filter", CART, [["Item"], ["catch", False, IS_A]]],
    [["Item"], [".", "Item", "Price"]],
]


def outcome(compute: Any) -> Any:
    try:
        return data_of(compute())
    except (Failed, TalangError) as error:
        return f"error {error.name}"


@settings(max_examples=500, deadline=None)
@given(PROGRAMS, WORLDS)
@example(["filter", CART, [["Item"], IS_A]], WORLD)
@example(["filter", CART, [["Item"], ["catch", False, IS_A]]], WORLD)
@example(["exists", CART, [["Item"], IS_A]], WORLD)
@example(["every", CART, [["Item"], ["catch", False, IS_A]]], WORLD)
@example(["countIf", ["filter", CART, [["Item"], ["catch", False, IS_A]]], [["Item"], IS_A]], WORLD)
@example(["sum", CART, [["Item"], [".", "Item", "Price"]]], WORLD)
@example(["sum", CART, [["n"], [".", "Item", "Price"]]], WORLD)
@example(["+", PRICES_OF_A, PRICES_OF_A], WORLD)
@example(["catch", PRICES_OF_A, ["sum", CART, [["Item"], [".", "Item", "Price"]]]], WORLD)
def test_compiled_programs_agree(program: Any, world: dict[str, Any]) -> None:
    use_engine_context()
    compiled = compile_expression(read(program), SCOPE)
    found = outcome(lambda: compiled(run_in(world)))
    expected = outcome(lambda: interpret(program, {"Session": world}))
    assert found == expected
    assert repr(type(found)) == repr(type(expected))


@pytest.mark.parametrize("name", ["filter", "exists", "every", "countIf"])
@pytest.mark.parametrize("items", [[], [SHOES], [BARE, SHOES], [SHOES, BARE]])
@pytest.mark.parametrize("predicate", [IS_A, ["catch", False, IS_A], ["=", "b", [".", "Item", "Category"]]])
def test_index_and_scan_agree(name: str, items: list[Any], predicate: Any) -> None:
    use_engine_context()
    compiled = compile_expression(read([name, CART, [["Item"], predicate]]), SCOPE)
    indexed = run_in({"Attributes": {}, "CartItems": items})
    scanned = run_in({"Attributes": {}, "CartItems": items})
    scanned.session.items = list(scanned.session.items)  # type: ignore[assignment]  # without an index
    found = outcome(lambda: compiled(indexed))
    assert found == outcome(lambda: compiled(scanned))
    if not isinstance(found, str):
        assert indexed.steps_left == scanned.steps_left
