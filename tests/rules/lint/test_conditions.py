"""What is known to be unreachable, always true or redundant, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from tercel.base.codec import decode_any, encode
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.rules.lint.linting import lint_ruleset

_TOTAL = [".", "Session", "Total"]
_X = [".", "Session", "Attributes", "x"]
_NOW = ["now"]
_MAY, _JUNE, _JULY = "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"
_CODES = {"unreachable", "alwaysTrue", "redundant"}
_ITEMS = [".", "Session", "CartItems"]
_PRICE = [".", "Item", "Price"]


def _codes(*conditions: Any, bindings: tuple[Any, ...] = ()) -> set[str]:
    rule = {
        "title": "r",
        "condition": ["and", *conditions],
        "effects": [["showNotification", "Info", "hello"]],
    }
    found = lint_ruleset(decode_any(encode({"rules": [rule], "bindings": bindings})), RULE_SCOPE)
    return {finding.code for finding in found} & _CODES


@pytest.mark.parametrize(
    "conditions",
    [
        [[">", _TOTAL, 100], ["<", _TOTAL, 100]],
        [[">", _TOTAL, 100], [">", 50, [".", "session", "total"]]],
        [[">", [".", "Session", "CartTotal"], 9], ["<", [".", "Session", "CartItemTotal"], 9]],
        [["=", _X, 5], [">", _X, 7]],
        [["=", _X, "a"], ["=", _X, "b"]],
        [["=", _X, "a"], [">", _X, 1]],
        [["oneOf", _X, ["list", "a", "b"]], ["oneOf", _X, ["list", "c"]]],
        [["oneOf", _X, ["list", "a", "b"]], ["notOneOf", _X, ["list", "b", "a"]]],
        [["oneOf", _X, ["list"]]],
        [["=", _X, 1], ["!=", _X, 1.0]],
        [["=", [".", "Session", "FirstSession"], True], ["=", [".", "Session", "FirstSession"], "false"]],
        [["=", _TOTAL, "much"]],
        [["after", _NOW, _JULY], ["before", [".", "Now"], _JUNE]],
        [["within", _NOW, _MAY, _JUNE], ["within", _NOW, _JUNE, _JULY]],
        [["within", _NOW, _JUNE, _MAY]],
        [["timeOfDayBetween", _NOW, "08:00", "10:00"], ["timeOfDayBetween", _NOW, "10:00", "12:00"]],
        [["oneOf", ["weekday", _NOW], ["list", 7]]],
        [["<", ["count", _ITEMS], 0]],
        [["couponValid"], ["not", ["couponValid", False]]],
        [["isAudienceMember", "Current", 1], ["not", ["isAudienceMember", "Current", 1]]],
        [["or", ["<", _TOTAL, 5], ["=", _X, "a"]], [">", _TOTAL, 5], ["=", _X, "b"]],
        [["catch", False, ["=", _X, "a"]], ["=", _X, "b"]],
        [["onFailure", [">", _TOTAL, 5], ["showNotification", "Info", "more"]], ["<", _TOTAL, 5]],
        [["exists", _ITEMS, [["Item"], ["and", [">", _PRICE, 9], ["<", _PRICE, 3]]]]],
        [["+", 1, 1]],
        [_TOTAL],
        [["=", [".", "state"], "closed"], ["=", [".", "Session", "State"], "open"]],
        [["<", _TOTAL, [".", "minimum"]], [">=", _TOTAL, [".", "minimum"]]],
    ],
)
def test_unreachable(conditions: list[Any]) -> None:
    bindings = (
        {"name": "state", "expression": [".", "Session", "State"]},
        {"name": "minimum", "expression": ["identity", 20]},
    )
    assert _codes(*conditions, bindings=bindings) == {"unreachable"}
    assert _codes(*reversed(conditions), bindings=bindings) == {"unreachable"}


@pytest.mark.parametrize(
    "conditions",
    [
        [[">=", _TOTAL, 100], ["<=", _TOTAL, 100]],
        [["=", _X, "1.00"], ["=", _X, "1"]],  # the number 1 equals both
        [["=", _X, "1"], ["=", _X, "1.0"]],
        [["=", _X, "1.0"], ["!=", _X, "1"]],
        [
            ["=", [".", "Event", "Type"], "a"],
            ["=", [".", "Event", "Type"], "b"],
        ],  # a request may be two events
        [["=", _X, _JUNE], ["=", _X, "2026-06-01T02:00:00+02:00"]],  # one instant
        [["isSet", _X], ["not", ["=", _X, 1]]],
        [["catch", True, ["=", _X, "a"]], ["!=", _X, "a"]],  # fails and counts as true when unset, then fails
        [["catch", False, _X]],  # a text would not be a condition
        [["or", ["<", _TOTAL, 5], [">=", _TOTAL, 5]]],  # fails without a session
        [["within", _NOW, _MAY, _JUNE, True, True], ["within", _NOW, _JUNE, _JULY]],
        [
            ["within", _NOW, _MAY, _JUNE, True, False, True],
            ["within", _NOW, _JUNE, _JULY],
        ],  # clocks on the wall
        [["timeOfDayBetween", _NOW, "22:00", "02:00"], ["timeOfDayBetween", _NOW, "00:00", "06:00"]],
        [["budgetAvailable", "setDiscount"], ["not", ["budgetAvailable", "setDiscount"]]],
        [["exists", _ITEMS, [["Item"], [">", _PRICE, 9]]], ["exists", _ITEMS, [["Item"], ["<", _PRICE, 3]]]],
        [["exists", _ITEMS, [["Session"], [">", [".", "Session", "Price"], 9]]], ["<", _TOTAL, 3]],
        [[">", _TOTAL, 9], ["or", ["<", _TOTAL, 3], ["=", _X, "a"]]],
        [["couponValid", False], ["couponValid"]],
        [True],
        [],
        [["=", [".", "empty"], None]],  # reading a name of null fails, null itself does not
    ],
)
def test_nothing_is_said(conditions: list[Any]) -> None:
    bindings = ({"name": "empty", "expression": ["noop"]},)
    assert _codes(*conditions, bindings=bindings) == set()


@pytest.mark.parametrize(
    "conditions",
    [
        [[">", 2, 1]],
        [["or", ["couponValid"], ["not", ["couponValid"]]]],
        [["or", ["before", _NOW, _JUNE], ["after", _NOW, _MAY]]],
        [["isSet", _NOW]],
        [["and"]],
        [["not", ["oneOf", 5, ["list"]]]],
        [["catch", True, ["<", _NOW, _JULY]], ["oneOf", ["+", 1, 1], ["list", 2]]],
    ],
)
def test_always_true(conditions: list[Any]) -> None:
    assert "alwaysTrue" in _codes(*conditions)


@pytest.mark.parametrize(
    ("conditions", "is_redundant"),
    [
        ([[">", _TOTAL, 100], [">", _TOTAL, 50]], True),
        ([[">", _TOTAL, 50], [">", _TOTAL, 100]], True),
        ([["=", _X, "a"], ["oneOf", _X, ["list", "a", "b"]]], False),  # a time would make it fail
        ([["=", [".", "Session", "State"], "open"], ["!=", [".", "Session", "State"], "closed"]], True),
        ([["=", _X, "a"], ["isSet", _X]], True),
        ([["isSet", _X], ["=", _X, "a"]], False),
        ([["after", _X, _JULY], ["after", _X, _JUNE]], True),
        ([["after", _X, _JULY], [">", _X, _JUNE]], False),  # a text that writes a time cannot be ordered
        ([["<", _TOTAL, 5], ["or", ["<", _TOTAL, 5], ["isAudienceMember", "Current", 1]]], True),
        ([["isAudienceMember", "Current", 1], ["isAudienceMember", "Current", 1]], True),
        ([["isAudienceMember", "Current", 1], ["isAudienceMember", "Current", 2]], False),
        ([["=", _X, 1], ["=", _X, "1"]], True),  # what equals the text equals the number
        ([["couponValid"], ["couponValid"]], False),
    ],
)
def test_redundant(conditions: list[Any], is_redundant: bool) -> None:
    assert ("redundant" in _codes(*conditions)) is is_redundant
    assert "unreachable" not in _codes(*conditions)


def test_conditions_that_change_things_are_left_alone() -> None:
    moving = ["onFailure", ["=", _X, "a"], ["updateAttribute", "Session.Attributes.x", "b"]]
    assert _codes(["not", ["=", _X, "b"]], ["or", moving, ["=", _X, "b"]]) == set()
    assert _codes([">", _TOTAL, 9], ["<", _TOTAL, 3], ["not", moving]) == set()


def test_deep_and_wide_rules_are_understood_or_left_alone() -> None:
    bindings = [{"name": "b0", "expression": ["exists", _ITEMS, [">", _PRICE, 5]]}]
    for number in range(1, 40):
        block = ["and", [">", _PRICE, 5], [".", f"b{number - 1}"], [".", f"b{number - 1}"]]
        bindings.append({"name": f"b{number}", "expression": ["exists", _ITEMS, block]})
    nested: Any = ["exists", _ITEMS, [".", "b39"]]
    for _ in range(20):
        nested = ["exists", _ITEMS, nested]
    assert _codes(nested, [">", _TOTAL, 9], ["<", _TOTAL, 3], bindings=tuple(bindings)) == {"unreachable"}


def test_one_value_is_not_of_two_kinds() -> None:
    assert _codes(["=", _X, ["list", 1]], ["=", _X, "a"]) == {"unreachable"}
    assert _codes(["=", _X, ["list", 1]], ["oneOf", _X, ["list", "a", ["list", 1]]]) == set()
