"""Where the lints speak up, and where they keep silent: the cases beyond their examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tercel.base.codec import decode_any, encode
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.evaluation.snapshot import LimitFacts
from tercel.rules.lint.linting import lint_in_setting, lint_ruleset
from tercel.rules.lint.setting import Setting

_TOTAL = [".", "Session", "Total"]
_ITEMS = [".", "Session", "CartItems"]
_PRICE = [".", "Item", "Price"]
_ALWAYS = ["and", True]
_RICH = ["and", [">=", _TOTAL, 1000]]
_COUPON = ["and", ["couponValid"]]


def _rules(*rules: tuple[Any, list[Any]], bindings: list[Any] | None = None) -> Any:
    written = [{"title": "r", "condition": condition, "effects": effects} for condition, effects in rules]
    return decode_any(encode({"rules": written, "bindings": bindings or []}))


def _found(data: Any, code: str, setting: Setting | None = None) -> list[str]:
    found = lint_in_setting(data, RULE_SCOPE, setting or Setting())
    return [finding.pointer for finding in found if finding.code == code]


@pytest.mark.parametrize(
    ("effect", "limit", "is_payable"),
    [
        (["setDiscount", "d", 20], ("setDiscount", 19), False),
        (["setDiscount", "d", 20], ("setDiscount", 20), True),
        (["setDiscount", "d", 20], ("setDiscountEffect", 0), False),
        (["setDiscount", "d", 20], ("createLoyaltyPoints", 0), True),
        (["catch", ["noop"], ["setDiscount", "d", 20]], ("setDiscount", 19), False),
        (["setDiscount", "d", 20, ["kv", ["partial", True]]], ("setDiscount", 19), True),
        (["setDiscount", "d", 20, ["kv", ["partial", True]]], ("setDiscount", 0), False),
        (["setDiscount", "d", 20, ["kv", ["partial", ["isSet", _TOTAL]]]], ("setDiscount", 19), True),
        (["setDiscount", "d", ["*", _TOTAL, 0.5]], ("setDiscount", 1), True),
        (["if", ["couponValid"], ["setDiscount", "d", 20], ["noop"]], ("setDiscount", 19), True),
        (["setDiscountPerItem", "d", _ITEMS, [["Item"], 20]], ("setDiscount", 19), False),
        (["addLoyaltyPoints", "club", "why", 20], ("createLoyaltyPoints", 19), False),
        (["addFreeItem", "sku", "name"], ("addFreeItemEffect", 0), False),
        (["addFreeItem", "sku", "name", 2.5], ("addFreeItemEffect", 2), True),
        (["addFreeItem", "sku", "name", 3], ("addFreeItemEffect", 2), False),
        (["createCoupon", ["kv"]], ("createCoupon", 0), False),
        (["awardGiveaway", 1], ("awardGiveaway", 0), False),
        (["awardGiveaway", 1], ("awardGiveaway", 1), True),
    ],
)
def test_budgets(effect: list[Any], limit: tuple[str, int], is_payable: bool) -> None:
    data, facts = _rules((_RICH, [effect])), LimitFacts(action=limit[0], limit=Decimal(limit[1]))
    assert _found(data, "unpayable", Setting(limits=(facts,))) == ([] if is_payable else _at(effect))
    per_profile = LimitFacts(action=limit[0], limit=facts.limit, entities=("Profile",))
    assert _found(data, "unpayable", Setting(limits=(per_profile,))) == []


def _at(effect: list[Any]) -> list[str]:
    return ["/rules/0/effects/0/2" if effect[0] == "catch" else "/rules/0/effects/0"]


def test_partial_rewards_of_the_application() -> None:
    data = _rules((_RICH, [["setDiscount", "d", 20]]))
    limits = (LimitFacts(action="setDiscount", limit=Decimal(5)),)
    assert _found(data, "unpayable", Setting(limits=limits)) == ["/rules/0/effects/0"]
    assert _found(data, "unpayable", Setting(limits=limits, allows_partial=True)) == []


def test_no_code_can_be_redeemed() -> None:
    data = _rules((_COUPON, [["showNotification", "Info", "hello"]]))
    limits = [LimitFacts(action="redeemCoupon", limit=Decimal(0))]
    found = [finding.pointer for finding in lint_ruleset(data, RULE_SCOPE, limits=limits)]
    assert found == ["/rules/0/condition/1"]


def test_codes_are_read_through_bindings_and_in_any_case() -> None:
    bindings = [{"name": "left", "expression": [".", "coupon", "DiscountRemainder"]}]
    effect = ["setDiscount", "d", ["min", _TOTAL, [".", "left"]]]
    assert _found(_rules((_ALWAYS, [effect]), bindings=bindings), "codeUnchecked") == [
        "/bindings/0/expression"
    ]
    assert _found(_rules((_COUPON, [effect]), bindings=bindings), "codeUnchecked") == []
    referral = _rules((_ALWAYS, [["showNotification", "Info", [".", "Referral", "Code"]]]))
    assert _found(referral, "codeUnchecked") == ["/rules/0/effects/0/2"]


def test_gifts_to_everybody() -> None:
    data = _rules((_ALWAYS, [["setDiscount", "d", ["*", _TOTAL, 0.1]]]))
    assert _found(data, "unconditional") == []
    assert [f.pointer for f in lint_ruleset(data, RULE_SCOPE, has_codes=True)] == ["/rules/0"]


@pytest.mark.parametrize(
    ("amount", "is_too_much"),
    [
        (["*", _TOTAL, 1.01], True),
        (["*", _TOTAL, ["/", 101, 100]], True),
        (["/", ["*", _TOTAL, 3], 2], True),
        (["+", _TOTAL, _TOTAL], True),
        (["*", _TOTAL, 1], False),
        (_TOTAL, False),
        (["min", 50, ["*", _TOTAL, 2]], False),
        (["*", [".", "Profile", "ClosedSessions"], 2], False),
    ],
)
def test_shares(amount: Any, is_too_much: bool) -> None:
    data = _rules((_ALWAYS, [["setDiscount", "d", amount]]))
    assert _found(data, "overShare") == (["/rules/0/effects/0"] if is_too_much else [])
    found = lint_in_setting(data, RULE_SCOPE, Setting(caps_discounts=True))
    assert [finding.severity for finding in found] == (["info"] if is_too_much else [])


def test_shares_of_items() -> None:
    effect = ["setDiscountPerItem", "d", _ITEMS, [["I"], ["*", [".", "I", "Price"], 2]]]
    assert _found(_rules((_ALWAYS, [effect])), "overShare") == ["/rules/0/effects/0"]


def test_rules_that_need_not_fire_together_are_not_added_up() -> None:
    half = [["setDiscount", "a", ["*", _TOTAL, 0.6]]]
    together = _rules((["and", [">", _TOTAL, 5]], half), (["and", [">", _TOTAL, 9]], half))
    assert _found(together, "summedShares") == ["/rules/1"]
    assert _found(_rules((_COUPON, half), (["and", ["referralValid"]], half)), "summedShares") == []
    left = ["and", [">", [".", "Session", "DiscountedTotal"], 9]]
    assert _found(_rules((left, half), (left, half)), "summedShares") == []


def test_amounts_that_any_threshold_covers() -> None:
    effect = [["setDiscount", "d", 10]]
    assert _found(_rules((_ALWAYS, effect)), "overTotal") == ["/rules/0/effects/0"]
    assert (
        _found(
            _rules((["and", [">=", ["sum", _ITEMS, [["I"], [".", "I", "Price"]]], 10]], effect)), "overTotal"
        )
        == []
    )
    assert _found(_rules((["and", [">=", _TOTAL, 9]], effect)), "overTotal") == ["/rules/0/effects/0"]


def test_filters_within_something_that_catches() -> None:
    test = ["=", [".", "Item", "Attributes", "a"], 1]
    bare = ["exists", _ITEMS, [["Item"], test]]
    assert _found(_rules((["and", bare], [])), "unguardedFilter") == ["/rules/0/condition/1/2/1"]
    asked = ["exists", _ITEMS, [["Item"], ["and", ["isSet", test[1]], test]]]
    for condition in (["catch", False, bare], asked, ["exists", _ITEMS, [["Item"], ["catch", True, test]]]):
        assert _found(_rules((["and", condition], [])), "unguardedFilter") == []


def test_quantities_of_whole_lines() -> None:
    effect = ["setDiscountPerItem", "d", _ITEMS, [["I"], ["*", [".", "I", "Quantity"], _PRICE_OF_I]]]
    data = _rules((_ALWAYS, [effect]))
    assert _found(data, "itemQuantity") == ["/rules/0/effects/0/3/1/1"]
    assert _found(data, "itemQuantity", Setting(is_flattened=False)) == []


_PRICE_OF_I = [".", "I", "Price"]


def test_names_of_discounts() -> None:
    effect = ["setDiscount", "same", ["*", _TOTAL, 0.1]]
    assert _found(_rules((_ALWAYS, [effect, effect])), "sameName") == ["/rules/0/effects/1/1"]
    state = [".", "Session", "State"]
    excluding = _rules((["and", ["=", state, "open"]], [effect]), (["and", ["=", state, "closed"]], [effect]))
    assert _found(excluding, "sameName") == []


def test_bindings_that_something_reads() -> None:
    filter_ = {"name": "Shoes", "expression": ["filter", _ITEMS, [["Item"], [">", _PRICE, 5]]]}
    counted = ["and", [">", [".", "Shoes item count"], 1]]
    assert _found(_rules((counted, []), bindings=[filter_]), "unusedBinding") == []
    computed = ["and", ["=", [".", ["concat", "Sho", "es"], 0, "SKU"], "a"]]
    assert _found(_rules((computed, []), bindings=[filter_]), "unusedBinding") == []
    data = _rules((_ALWAYS, []), bindings=[filter_])
    assert _found(data, "unusedBinding") == ["/bindings/0"]
    data["strikethroughRules"] = [{"effects": [["setDiscountPerItem", "d", [".", "Shoes"], 1]]}]
    assert _found(data, "unusedBinding") == []


def test_attributes_of_items_by_any_parameter() -> None:
    condition = [
        "and",
        ["exists", _ITEMS, [["i"], ["catch", False, ["=", [".", "i", "Attributes", "brand"], "a"]]]],
    ]
    data = _rules((condition, []))
    assert _found(data, "unknownAttribute") == []
    known = {"attributes": frozenset({"Item.colour"})}
    assert _found(data, "unknownAttribute", Setting(known=known)) == ["/rules/0/condition/1/2/1/2/1"]
    assert _found(data, "unknownAttribute", Setting(known={"attributes": frozenset({"Item.brand"})})) == []


def test_errors_come_alone() -> None:
    data = _rules((["and", ["nonsense"], [">", 2, 1]], []))
    assert [finding.severity for finding in lint_ruleset(data, RULE_SCOPE)] == ["error"]


_HATS = ["filter", _ITEMS, [["Item"], ["=", [".", "Item", "Category"], "hats"]]]
_PARTS = [
    ["setDiscountPerItemProRata", "d", _HATS, 12],
    ["setDiscountPerBundleProRata", "d", [".", "pair"], 12],
    ["setDiscountPerAdditionalCost", "d", "shipping", 12],
    ["setDiscountPerAdditionalCostPerItem", "d", "wrapping", _HATS, [["Item"], 12]],
]


@pytest.mark.parametrize("effect", _PARTS, ids=lambda effect: effect[0])
def test_a_fixed_amount_off_a_part(effect: list[Any]) -> None:
    bindings = [{"name": "pair", "type": "bundle", "expression": ["bundle", "pair", ["part", _HATS, 2]]}]
    asked = ["and", [">=", ["sum", ["map", _HATS, [["Item"], _PRICE]]], 12]]
    assert _found(_rules((_ALWAYS, [effect]), bindings=bindings), "overPart") == ["/rules/0/effects/0"]
    assert _found(_rules((asked, [effect]), bindings=bindings), "overPart") == []
    eased = lint_in_setting(
        _rules((_ALWAYS, [effect]), bindings=bindings), RULE_SCOPE, Setting(caps_discounts=True)
    )
    assert [finding.severity for finding in eased if finding.code == "overPart"] == ["info"]


@pytest.mark.parametrize(
    ("amount", "decimals"),
    [
        (["*", _TOTAL, 0.1], 1),
        (["min", 500, ["*", _TOTAL, 0.1]], 1),
        (["max", 500, ["min", ["*", _TOTAL, 0.1], 900]], 1),
        (["/", _TOTAL, 8], 1),
        (["floor", ["*", _TOTAL, 0.1]], 0),
        (["*", _TOTAL, 1], 0),
        (_TOTAL, 0),
        (100, 0),
        (9.5, 1),
        (["min", _TOTAL, 9.99], 2),
        (9.990, 2),
    ],
)
@pytest.mark.parametrize("digits", [None, 0, 2])
def test_decimals_that_a_currency_has_not(amount: Any, decimals: int, digits: int | None) -> None:
    data = _rules((_RICH, [["setDiscount", "d", amount]]))
    is_told = digits is not None and decimals > digits
    found = _found(data, "fractionalAmount", Setting(currency_digits=digits))
    assert found == (["/rules/0/effects/0"] if is_told else [])
    per_item = _rules((_RICH, [["setDiscountPerItem", "d", _HATS, [["Item"], ["*", _PRICE, 0.15]]]]))
    found = _found(per_item, "fractionalAmount", Setting(currency_digits=digits))
    assert found == (["/rules/0/effects/0"] if digits == 0 else [])


def test_a_filter_of_what_has_the_attribute_is_guarded() -> None:
    sale = [".", "Item", "Attributes", "sale"]
    bare = [["Item"], ["=", sale, True]]
    having = ["filter", _ITEMS, [["Item"], ["isSet", sale]]]
    for items, found in ((_ITEMS, ["/rules/0/condition/1/1/1/2/1"]), (having, [])):
        condition = ["and", [">", ["count", ["filter", items, bare]], 1]]
        assert _found(_rules((condition, [])), "unguardedFilter") == found
