"""What the linter says of points, tiers and cards, and where it keeps silent."""

from __future__ import annotations

from typing import Any

import pytest

from tercel.base.codec import decode_any, encode
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.rules.lint.linting import lint_in_setting
from tercel.rules.lint.setting import LoyaltyProgram, Setting

_TOTAL = [".", "Session", "Total"]
_ITEMS = [".", "Session", "CartItems"]
_PRICE = [".", "Item", "Price"]
_PRICE_OF_I = [".", "I", "Price"]
_ALWAYS = ["and", True]
_RICH = ["and", [">=", _TOTAL, 1000]]


def _rules(*rules: tuple[Any, list[Any]], bindings: list[Any] | None = None) -> Any:
    written = [{"title": "r", "condition": condition, "effects": effects} for condition, effects in rules]
    return decode_any(encode({"rules": written, "bindings": bindings or []}))


def _found(data: Any, code: str, setting: Setting | None = None) -> list[str]:
    found = lint_in_setting(data, RULE_SCOPE, setting or Setting())
    return [finding.pointer for finding in found if finding.code == code]


_PAID = ["filter", _ITEMS, [["Item"], [">", _PRICE, 0]]]


@pytest.mark.parametrize(
    ("effect", "is_told"),
    [
        (["addLoyaltyPointsPerItem", "club", "e", _ITEMS, [["I"], 2]], True),
        (["addLoyaltyPointsPerItem", "club", "e", _ITEMS, [["I"], _PRICE_OF_I]], False),
        (["addLoyaltyPointsPerItem", "club", "e", _ITEMS, [["I"], 0]], False),
        (["addLoyaltyPointsPerItem", "club", "e", _PAID, [["I"], 2]], False),
        (["addLoyaltyPoints", "club", "e", ["*", 3, ["count", _ITEMS]]], True),
        (["addLoyaltyPoints", "club", "e", ["count", _PAID]], False),
        (["addLoyaltyPoints", "club", "e", _TOTAL], False),
        (["addLoyaltyPoints", "club", "e", 5], False),
        (["setDiscount", "d", ["count", _ITEMS]], False),
    ],
)
def test_free_items_that_earn(effect: list[Any], is_told: bool) -> None:
    gift = ["catch", ["noop"], ["addFreeItem", "mug", "A mug"]]
    assert _found(_rules((_RICH, [gift]), (_ALWAYS, [effect])), "rewardEarns") == (
        ["/rules/1/effects/0"] if is_told else []
    )
    assert _found(_rules((_ALWAYS, [effect])), "rewardEarns") == [], "without a gift"


def _in_club(program: LoyaltyProgram) -> Setting:
    return Setting(programs={"club": program, "7": program})


@pytest.mark.parametrize("program", ["club", 7])
@pytest.mark.parametrize(
    ("options", "starts_at_once", "is_told"),
    [
        ([], True, True),
        ([], False, False),
        ([["kv", ["subledger", "a"]]], True, True),
        ([["kv", ["startDate", "immediate"]]], False, True),
        ([["kv", ["startDate", "on_action"]]], True, False),
        ([["kv", ["startDate", ["addDuration", ["now"], 14, "days"]]]], True, False),
    ],
)
def test_points_that_stay(program: Any, options: list[Any], starts_at_once: bool, is_told: bool) -> None:
    told = ["/rules/0/effects/0"] if is_told else []
    keeps = LoyaltyProgram(starts_at_once=starts_at_once, takes_active_back=False)
    for effect in (
        ["addLoyaltyPoints", program, "e", 5, *options],
        ["addLoyaltyPointsPerItem", program, "e", _ITEMS, [["I"], _PRICE_OF_I], *options],
    ):
        data = _rules((_ALWAYS, [effect]))
        assert _found(data, "pointsStay", _in_club(keeps)) == told
        assert _found(data, "pointsStay", _in_club(LoyaltyProgram())) == []
        assert _found(data, "pointsStay") == []


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        (["loyaltyCardValid", "club"], ""),
        (["not", ["loyaltyCardRegistered", 7]], "/1"),
        ([">", ["cardBalance", "club"], 5], "/1"),
        (["isLoyaltyMember", "club"], None),
        (["loyaltyCardValid", "other"], None),
        (["loyaltyCardValid", [".", "Session", "Attributes", "x"]], None),
    ],
)
def test_cards_that_a_program_has_not(expression: Any, at: str | None) -> None:
    data = _rules((["and", expression], []))
    assert _found(data, "noCards", _in_club(LoyaltyProgram())) == (
        [] if at is None else [f"/rules/0/condition/1{at}"]
    )
    assert _found(data, "noCards", _in_club(LoyaltyProgram(is_card_based=True))) == []


def test_cards_as_options() -> None:
    effects = [
        ["addLoyaltyPoints", "club", "e", 5, ["kv", ["card", "CARD-1"]]],
        ["deductLoyaltyPoints", "club", "e", 5, ["kv", ["subledger", "a"]]],
    ]
    assert _found(_rules((_ALWAYS, effects)), "noCards", _in_club(LoyaltyProgram())) == ["/rules/0/effects/0"]


@pytest.mark.parametrize(
    ("condition", "at"),
    [
        (["=", ["loyaltyTier", "club"], "Golden"], ["/2"]),
        (["=", "Golden", ["loyaltyTier", "club"]], ["/1"]),
        (["!=", ["loyaltyTier", 7, "fuel"], "Golden"], ["/2"]),
        (["oneOf", ["loyaltyTier", "club"], ["list", "Gold", "Golden", "gold"]], ["/2/2", "/2/3"]),
        (["notOneOf", ["loyaltyTier", "club"], ["list", "Gold", "Silver"]], []),
        (["notOneOf", ["loyaltyTier", "club"], ["list", "Golden"]], ["/2/1"]),
        (["=", [".", "Loyalty", "club", "Tier"], "Golden"], ["/2"]),
        (["=", [".", "loyalty", "club", "Subledgers", "fuel", "tier"], "Golden"], ["/2"]),
        (["=", [".", "Loyalty", "club", "NextTier"], "Golden"], []),
        (["=", ["loyaltyTier", "other"], "Golden"], []),
        (["=", [".", "Session", "Attributes", "Tier"], "Golden"], []),
    ],
)
def test_tiers_that_a_program_has_not(condition: Any, at: list[str]) -> None:
    program = LoyaltyProgram(tiers=frozenset({"Silver", "Gold"}))
    data = _rules((["and", condition], []))
    assert _found(data, "noTier", _in_club(program)) == [f"/rules/0/condition/1{place}" for place in at]


def test_a_name_that_hides_loyalty_is_no_program() -> None:
    data = _rules(
        (["and", ["=", [".", "Loyalty", "club", "Tier"], "Golden"]], []),
        bindings=[{"name": "Loyalty", "expression": [".", "Profile", "Attributes"]}],
    )
    assert _found(data, "noTier", _in_club(LoyaltyProgram())) == []
