"""Checks and effects in one sequence: their order, reactions to failure and to errors, ids."""

from typing import Any

import pytest

from tercel.rules.blocks.rulesets import from_blocks, to_blocks
from tercel.scenario.cases import Case, read_cases
from tercel.scenario.facts import build_case_program
from tercel.scenario.run import answer_case
from tests.rules.blocks.documents import blocks_of, read_rule, ruleset, without_ids

_DISCOUNT = {"type": "awardDiscount", "name": "ten", "value": 10, "target": {"type": "cart"}}
_NOTE = {"type": "showNotification", "notificationType": "Info", "title": "note"}
_COUPON = {"type": "checkCoupon", "redeem": True}
_FAIL = ["head", ["list"]]


def _total(operator: str, value: int, **fields: Any) -> dict[str, Any]:
    attribute = "$Session.DiscountedTotal"
    return {"type": "checkAttribute", "operator": operator, "attribute": attribute, "value": value, **fields}


def _answer(*blocks: dict[str, Any], budget: int | None = None) -> tuple[list[str], list[dict[str, Any]]]:
    """Types of the effects and the failures for a cart of 100."""
    data = from_blocks({"promotionRules": [{"title": "t", "blocks": list(blocks)}]}).data
    limits = [] if budget is None else [{"action": "addFreeItemEffect", "limit": budget, "entities": []}]
    items = [{"sku": "A", "name": "A", "price": 100, "quantity": 1}]
    document = {
        "campaigns": [{"ruleset": data, "limits": limits}],
        "cases": [{"session": {"cartItems": items}}],
    }
    (case,) = read_cases(document)
    return _evaluated(case)


def _evaluated(case: Case) -> tuple[list[str], list[dict[str, Any]]]:
    program = build_case_program(case)
    assert program.problems == {}
    answer = answer_case(case, program)
    return [effect["effectType"] for effect in answer.effects], answer.failures or []


def test_a_rule_without_checks_always_goes_on() -> None:
    assert read_rule(_DISCOUNT)["condition"] == ["and", True]
    assert [block["type"] for block in blocks_of(ruleset(["reserveCoupon"]))] == ["reserveCoupon"]


def test_a_check_behind_an_effect_stays_there() -> None:
    rule = read_rule(_total("equals", 100), _DISCOUNT, _total("equals", 100))
    condition = ["=", [".", "Session", "DiscountedTotal"], 100]
    assert rule["condition"] == ["and", condition]
    assert rule["effects"] == [["setDiscount", "ten", 10], ["if", condition, ["noop"], _FAIL]]
    shown = blocks_of({"rules": [rule]})
    assert [block["type"] for block in shown] == ["checkAttribute", "awardDiscount", "checkAttribute"]


def test_a_false_check_behind_an_effect_fails_the_rule() -> None:
    effects, failures = _answer(_DISCOUNT, _total("greaterThan", 100))
    assert effects == []
    assert failures == [{"campaign": 0, "ruleIndex": 0, "effectIndex": 1}]
    assert _answer(_DISCOUNT, _total("equals", 100)) == (["setDiscount"], [])


def test_what_follows_a_failed_check_is_returned() -> None:
    assert _answer(_DISCOUNT, _total("greaterThan", 100, onFailure=[_NOTE]))[0] == ["showNotification"]
    assert _answer(_total("greaterThan", 100, onFailure=[_NOTE]), _DISCOUNT)[0] == ["showNotification"]


def test_codes_are_checked_first_wherever_the_check_stands() -> None:
    rule = read_rule(_DISCOUNT, _COUPON)
    assert rule["condition"] == ["and", ["couponValid"]]
    assert rule["effects"] == [["setDiscount", "ten", 10]]


def test_a_code_is_not_checked_in_place_when_written_so() -> None:
    late = ["if", ["couponValid"], ["noop"], _FAIL]
    shown = blocks_of(ruleset(["setDiscount", "ten", 10], late))
    assert [block["type"] for block in shown] == ["awardDiscount", "passthrough"]
    assert read_rule(*shown)["effects"] == [["setDiscount", "ten", 10], ["repeat", 1, late]]


def test_what_only_computes_stays_an_effect() -> None:
    shown = blocks_of(ruleset(["/", 1, 0]))
    assert shown[0]["expression"] == ["repeat", 1, ["/", 1, 0]]
    assert read_rule(*shown)["effects"] == [["repeat", 1, ["/", 1, 0]]]


_ITEM = {"type": "awardItem", "sku": "X", "name": "X", "quantity": "2"}


def test_an_item_beyond_the_budget_fails_the_rule_and_returns_its_reaction() -> None:
    item = {**_ITEM, "onFailure": [_NOTE]}
    assert _answer(_DISCOUNT, item, budget=1)[0] == ["showNotification"]
    assert _answer(_DISCOUNT, item, budget=2)[0] == ["setDiscount", "addFreeItem", "addFreeItem"]


def test_an_error_with_a_reaction_does_not_fail_the_rule() -> None:
    item = {**_ITEM, "onError": {"limit": [_NOTE, _NOTE]}}
    assert _answer(_DISCOUNT, item, budget=1)[0] == ["setDiscount", "showNotification", "showNotification"]
    both = {**_ITEM, "onError": {"limit": []}, "onFailure": [_NOTE]}
    assert _answer(_DISCOUNT, both, budget=1)[0] == ["setDiscount"]


def test_an_optional_effect_may_lack_a_value() -> None:
    missing = {**_DISCOUNT, "value": "{{$Session.Attributes.points}}"}
    assert _answer(_NOTE, missing)[0] == []
    assert _answer(_NOTE, {**missing, "tags": ["optional"]})[0] == ["showNotification"]


def test_ids_depend_on_the_rule_and_the_place_only() -> None:
    data = ruleset(["reserveCoupon"], ["reserveCoupon"], condition=["and", ["couponValid"], ["couponValid"]])
    data["rules"][0]["id"] = "6f1f3b9c-6c0e-5d0a-9a53-000000000001"
    first, second = (to_blocks(data, place)["promotionRules"] for place in ("one", "two"))
    assert first == second
    ids = [block["id"] for block in _all_blocks(first)]
    assert len(ids) == len(set(ids)) == 5


def _all_blocks(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        inner = [block for part in value.values() for block in _all_blocks(part)]
        return [value, *inner] if "type" in value else inner
    return [block for part in value for block in _all_blocks(part)] if isinstance(value, list) else []


def test_rules_keep_what_blocks_cannot_say() -> None:
    rule = {
        "id": "a", "parentId": "b", "title": "t", "description": "d",
        "bindings": [{"name": "B", "type": "bundle", "expression": ["bundle", "B"]}],
        "condition": ["or", ["couponValid"]],
        "effects": ["setDiscountPerItem", "x", [".", "B"], [["Item"], 1]],
    }  # fmt: skip
    shown = to_blocks({"rules": [rule]}, "place")
    group, discount = shown["promotionRules"][0]["blocks"]
    assert (group["operator"], discount["target"]["type"]) == ("atLeastOne", "bundle")
    back = from_blocks(shown).data["rules"][0]
    assert back == {**rule, "condition": ["and", ["or", ["couponValid"]]], "effects": [rule["effects"]]}


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (["couponValid"], "passthrough"),
        (["=", [".", "Item", "SKU"], "A"], "checkAttribute"),
        (["and", ["couponValid"]], "group"),
    ],
)
def test_strikethrough_rules_hold_few_types(condition: Any, kind: str) -> None:
    rule = {"title": "t", "condition": ["and", condition], "effects": [["reserveCoupon"]]}
    shown = to_blocks({"rules": [], "strikethroughRules": [rule]}, "place")
    check, effect = shown["strikethroughRules"][0]["blocks"]
    assert (check["type"], effect["type"]) == (kind, "passthrough")
    assert from_blocks(shown).data["strikethroughRules"] == [rule]


def test_strikethrough_rules_that_nobody_can_read_are_shown() -> None:
    shown = to_blocks(
        {"rules": [], "strikethroughRules": [{"condition": {"a": 1}, "effects": [[]]}]}, "place"
    )
    assert len(shown["strikethroughRules"][0]["blocks"]) == 2


def test_blocks_without_ids_are_equal_blocks() -> None:
    assert without_ids(blocks_of(ruleset(["reserveCoupon"]))) == [{"type": "reserveCoupon"}]
