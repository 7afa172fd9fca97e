"""Each finding of the checker, with its pointer and its code (behaviour/language 12)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tercel.language.checker.checker import check, kind_of
from tercel.language.compiler.compiler import compile_expression
from tercel.language.errors import UnknownFunctionError
from tercel.language.reader import read
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope
from tercel.language.values.kinds import Kind
from tests.language.programs import SCOPE

CART = [".", "Session", "CartItems"]
DISCOUNT = ["setDiscount", "A", 1]

WRONG = [
    (["fliter", CART, True], [("/0", "unknownFunction")]),
    (
        ["and", ["nothingOfTheKind", ["alsoNothing"]]],
        [("/1/0", "unknownFunction"), ("/1/1/0", "unknownFunction")],
    ),
    (["not"], [("", "arity")]),
    (["noop", 1], [("", "arity")]),
    (["."], [("", "arity")]),
    (["floor", "a"], [("/1", "type")]),
    (["floor", [".", "Session", "CartItems"]], [("/1", "type")]),
    (["count", ["floor", 1]], [("/1", "type")]),
    (["after", "soon", "2026-01-01T00:00:00Z"], [("/1", "time")]),
    (["and", ["=", [".", "Sesion", "Total"], 1]], [("/1/1/1", "unknownName")]),
    ([".", 5], [("/1", "type")]),
    ([".", "Session", "Totl"], [("/2", "unknownField")]),
    ([".", "Session", "CartItems", "Total"], [("/3", "unknownField")]),
    ([".", "Session", "CartItems", 0], []),
    ([".", "Session", "CartItems", 0, "Total"], []),
    ([".", "Session", "Total", "Value"], [("/3", "unknownField")]),
    (["sum", CART, [["Item"], [".", "Item", "Price", "Value"]]], [("/2/1/3", "unknownField")]),
    (["map", CART, [["Item"], [".", "Item", "Prize"]]], [("/2/1/2", "unknownField")]),
    (["map", CART, [["i"], [".", "Item", "Price"]]], [("/2/1/1", "unknownName")]),
    (["map", CART, [".", "Item", "Prize"]], [("/2/2", "unknownField")]),
    (["list", ["do", 1, "x", [".", "x"]], [".", "x"]], [("/2/1", "unknownName")]),
    (["~", "(a", "a"], [("/1", "regex")]),
    (["addPeriod", ["now"], "long"], [("/2", "time")]),
    ([".|", "a", [".", "Session", "Total"]], [("/1", "type")]),
    (DISCOUNT, [("", "effectNotAllowed")]),
    (["and", DISCOUNT], [("/1", "effectNotAllowed")]),
    (["catch", False, DISCOUNT], [("/2", "effectNotAllowed")]),
    (["onFailure", DISCOUNT, ["reserveCoupon"]], [("/1", "effectNotAllowed")]),
    (["set", "x", 1], [("", "refused")]),
    (["setTemplate", "x", 1], [("", "refused")]),
    (["bundle", "B", CART], [("/2", "bundle"), ("", "bundle")]),
    (["bundle", "B", ["part", CART, 1], ["bundleBy", "SKU"], ["bundleBy", "SKU"]], [("", "bundle")]),
    (["isAudienceMember", "Everybody", 1], [("/1", "type")]),
    (["loyaltyBalance", 1, "", "all"], [("/3", "type")]),
    (["kv", ["a", ["nothingOfTheKind"]]], [("/1/1/0", "unknownFunction")]),
    (
        [["nothingOfTheKind"], ["nothingOfTheKind"]],
        [("/0/0", "unknownFunction"), ("/1/0", "unknownFunction")],
    ),
]

WRONG_EFFECTS = [
    (["setDiscount", "A", ["reserveCoupon"]], [("/2", "effectNotAllowed"), ("/2", "type")]),
    (["map", CART, [["Item"], DISCOUNT]], [("/2/1", "effectNotAllowed")]),
    (["list", DISCOUNT], [("/1", "effectNotAllowed")]),
    (["if", DISCOUNT, DISCOUNT], [("/1", "effectNotAllowed"), ("/1", "type")]),
    (["do", DISCOUNT, [["x"], DISCOUNT]], [("/1", "effectNotAllowed")]),
    (["onError", ["kv", ["boredom", DISCOUNT]], DISCOUNT], [("/1/1/0", "unknownError")]),
    (["onError", 5, DISCOUNT], [("", "type")]),
    (["updateAttribute", "Session.Attributes.X", 1, "add"], [("/3", "type")]),
    (["showNotification", "Warning", "Hello"], [("/1", "type")]),
    (["extendLoyaltyPointsExpiryDate", 1, "", "long"], [("/3", "time")]),
]

RIGHT = [
    [
        "and",
        [">=", [".", "session", "total"], 50],
        ["exists", CART, [["Item"], ["=", [".", "Item", "Category"], "a"]]],
    ],
    [">=", ["sum", CART, [["Item"], [".", "Item", "Price"]]], 1],
    [".", "Session", "Attributes", "Anything"],
    [".", ["concat", "Ses", "sion"], "Total"],
    ["before", ["now"], "2026-01-01T00:00:00Z"],
    ["onFailure", ["couponValid"], ["showNotification", "Info", "No"]],
    ["bundle", "B", ["part", CART, 1], ["bundleBy", "SKU"]],
    [".|", 0, [".", "Session", "Total"]],
]

RIGHT_EFFECTS = [
    ["catch", ["noop"], DISCOUNT],
    ["if", True, DISCOUNT, [DISCOUNT, DISCOUNT]],
    ["do", 1, [["x"], ["setDiscount", "A", [".", "x"]]]],
    ["let", 1, "x", ["repeat", [".", "x"], DISCOUNT]],
    ["onError", ["kv", ["limit", ["reserveCoupon"]]], DISCOUNT],
    ["setDiscountPerItem", "A", CART, [["Item"], [".", "Item", "Price"]], ["kv", ["scope", "price"]]],
    ["+", 1, 1],
]


@pytest.mark.parametrize(("expression", "expected"), WRONG)
def test_findings(expression: Any, expected: list[tuple[str, str]]) -> None:
    findings = check(read(expression), SCOPE)
    assert [(finding.pointer, finding.code) for finding in findings] == expected


@pytest.mark.parametrize(("expression", "expected"), WRONG_EFFECTS)
def test_findings_among_effects(expression: Any, expected: list[tuple[str, str]]) -> None:
    findings = check(read(expression), SCOPE.with_effects(True))
    assert [(finding.pointer, finding.code) for finding in findings] == expected


@pytest.mark.parametrize("expression", RIGHT)
def test_nothing_is_wrong(expression: Any) -> None:
    assert check(read(expression), SCOPE) == []


@pytest.mark.parametrize("expression", RIGHT_EFFECTS)
def test_nothing_is_wrong_with_effects(expression: Any) -> None:
    assert check(read(expression), SCOPE.with_effects(True)) == []


def test_pointers_start_where_the_document_says() -> None:
    node = read(["and", ["not", 1]], "/rules/0/condition")
    assert [finding.pointer for finding in check(node, SCOPE)] == ["/rules/0/condition/1/1"]


def test_messages_help() -> None:
    assert check(read(["fliter", CART, True]), SCOPE)[0].message == (
        "there is no function `fliter`; did you mean `filter`?"
    )
    assert check(read([".", "Sesion"]), SCOPE)[0].message == (
        "there is nothing called `Sesion`; did you mean `Session`?"
    )
    assert check(read([".", "Session", "Totl"]), SCOPE)[0].message == (
        "there is no field `Totl`; did you mean `Total`?"
    )
    assert "`map`" in check(read([".", "Session", "CartItems", "Total"]), SCOPE)[0].message
    with pytest.raises(UnknownFunctionError, match="did you mean `filter`"):
        compile_expression(read(["fliter", 1]), SCOPE)(Run(now=datetime.now(UTC), zone=UTC))
    assert check(read(["not"]), SCOPE)[0].message == "`not` takes 1 argument, got 0"
    assert check(read(["floor", CART]), SCOPE)[0].message == "`value` takes a number, this gives a list"


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        (1, Kind.NUMBER),
        ([".", "Session", "Total"], Kind.NUMBER),
        ([".", "Session", "Attributes", "X"], Kind.ANY),
        (["filter", CART, True], Kind.LIST),
        (["head", CART], Kind.ENTITY),
        (["do", ["head", CART], [["x"], [".", "x", "Price"]]], Kind.NUMBER),
        (["map", CART, [".", "Item"]], Kind.LIST),
        (["head", ["map", CART, [".", "Item"]]], Kind.ENTITY),
        (["catch", 0, [".", "Session", "Total"]], Kind.NUMBER),
        (["catch", "none", [".", "Session", "Total"]], Kind.ANY),
        (["if", True, 1], Kind.ANY),
        (["if", True, 1, 2], Kind.NUMBER),
        ([["noop"], [".", "Session", "Total"]], Kind.NUMBER),
        (["nothingOfTheKind"], Kind.ANY),
    ],
)
def test_static_kinds(expression: Any, kind: Kind) -> None:
    assert kind_of(read(expression), SCOPE) is kind


def test_a_free_scope_knows_every_name() -> None:
    assert check(read(["set", "x", [".", "Anything"]]), Scope(free=True)) == []
