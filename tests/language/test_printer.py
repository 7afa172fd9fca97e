"""Trees back into JSON, and into sentences."""

from typing import Any

import pytest
from hypothesis import given, settings

from tercel.language.functions.all import CATALOGUE
from tercel.language.printer import sentence, to_data
from tercel.language.reader import read
from tercel.language.values.kinds import BOOLEAN
from tests.language.programs import PROGRAMS
from tests.language.test_cases import CASES

CART = [".", "Session", "CartItems"]
SHOES = ["=", [".", "Item", "Category"], "shoes"]
TOTAL = [".", "Session", "Total"]

SENTENCES = [
    ([">=", TOTAL, 50], "the session total is at least 50"),
    (["and", ["couponValid"], [">", TOTAL, 10]], "the coupon code is valid and the session total is more than 10"),
    (["and", True], "true"),
    (["and"], "always"),
    (["not", ["couponValid"]], "the coupon code is not valid"),
    (["not", ["and", True, False]], "it is not true that (true and false)"),
    (["not", [">", TOTAL, 1]], "it is not true that the session total is more than 1"),
    (["or", ["and", True, False], True], "(true and false) or true"),
    (["exists", CART, [["Item"], SHOES]], "there is one of the session cart items where the item category is “shoes”"),
    (["=", ["count", [".", "Shoes"]], 2], "the number of “Shoes” is 2"),
    (["isSet", [".", "Session", "Attributes", "PointsToSpend"]], "the session attribute “PointsToSpend” is set"),
    (["oneOf", [".", "Store", "IntegrationId"], ["list", "a", "b"]], "the store integration id is one of “a”, “b”"),
    (["=", [".", ["concat", "a", "b"]], 1], "concat of “a”, “b” is 1"),
    (["setDiscount", "Summer", ["*", TOTAL, ["/", 10, 100]]], "give 10 % of the session total as discount “Summer”"),
    (
        ["catch", ["noop"], ["setDiscount", "A", ["-", ["*", 2, 3], 1], ["kv", ["partial", True]]]],
        "give (2 × 3) − 1 as discount “A” (partial true)",  # noqa: RUF001  # the signs people write
    ),
    (
        ["setDiscountPerItem", "Half", ["take", CART, 1], [["Item"], ["/", [".", "Item", "Price"], 2]]],
        "give the item price ÷ 2 as discount “Half” on each of the first 1 of the session cart items",
    ),
    (["addFreeItem", "sku", "Mug"], "add item “sku” (“Mug”) for free"),
    (["addFreeItem", "sku", "Mug", 2], "add item “sku” (“Mug”) for free, 2 times"),
    (["if", True, ["reserveCoupon"]], "if true: reserve the coupon code for the profile"),
    (["catch", 0, TOTAL], "the session total (or 0 if that fails)"),
    (
        ["onFailure", ["couponValid"], ["showNotification", "Info", "Try again"]],
        "the coupon code is valid (or else show a notification (“Info”): “Try again”)",
    ),
    (
        ["onError", ["kv", ["limit", ["reserveCoupon"]]], ["setDiscount", "A", 1]],
        "give 1 as discount “A” (on error: limit reserve the coupon code for the profile)",
    ),
    (["bundle", "Set", ["part", CART, 1], ["bundleBy", "SKU"]], (
        "bundles “Set” of 1 of the session cart items and with the same “SKU”"
    )),
    ([["reserveCoupon"], ["noop"]], "reserve the coupon code for the profile, then nothing"),
    (["-", 5], "minus 5"),
    (["-", ["/", 10, 100], ["+", 1, 2]], "10 % − (1 + 2)"),  # noqa: RUF001  # the signs people write
    (None, "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), SENTENCES)
def test_sentence(expression: Any, expected: str) -> None:
    assert sentence(read(expression)) == expected


@pytest.mark.parametrize("case", [case for case in CASES if case.get("error") != "unreadable"])
def test_every_case_has_a_sentence_and_round_trips(case: dict[str, Any]) -> None:
    node = read(case["expression"])
    assert sentence(node)
    assert read(to_data(node)) == node


@settings(max_examples=200, deadline=None)
@given(PROGRAMS)
def test_programs_round_trip(program: Any) -> None:
    node = read(program)
    assert read(to_data(node)) == node


def test_every_effect_and_every_question_has_words() -> None:
    functions = {function.name: function for function in CATALOGUE.values()}
    silent = {name for name, function in functions.items() if not function.phrases}
    assert {name for name in silent if functions[name].is_effect} == {"onError"}
    assert {name for name in silent if functions[name].result is BOOLEAN} == {"and", "or", "not", "onFailure"}
