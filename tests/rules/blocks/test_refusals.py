"""What is wrong with blocks is told at its place, all of it."""

from typing import Any

import pytest

from tercel.base.errors import InvalidError
from tercel.rules.blocks.rulesets import from_blocks

_CHECK = {"type": "checkAttribute", "operator": "equals", "attribute": "$Session.Total", "value": 1}
_NOTE = {"type": "showNotification", "notificationType": "Info", "title": "t"}
_DISCOUNT = {"type": "awardDiscount", "name": "n", "value": 1, "target": {"type": "cart"}}
_RESERVE = {"type": "reserveCoupon"}


def _problems(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidError) as refused:
        from_blocks(document)
    return [(problem.pointer or "", problem.title) for problem in refused.value.problems]


_BLOCKS: list[tuple[Any, list[tuple[str, str]]]] = [
    (1, [("", "type")]),
    ({}, [("", "type")]),
    ({"type": "nonsense"}, [("/type", "enum")]),
    ({"type": "checkCoupon", "redeem": 1}, [("/redeem", "type")]),
    ({**_CHECK, "operator": "is"}, [("/operator", "enum")]),
    ({"type": "checkAttribute", "operator": "equals"}, [("/attribute", "required"), ("/value", "required")]),
    ({**_CHECK, "attribute": "Session.Total"}, [("/attribute", "format")]),
    ({**_CHECK, "attribute": "$Session."}, [("/attribute", "expression")]),
    ({**_CHECK, "value": {"a": 1}}, [("/value", "type")]),
    ({**_CHECK, "value": ["{{"]}, [("/value/0", "expression")]),
    ({**_CHECK, "onFailure": {}}, [("/onFailure", "type")]),
    ({**_CHECK, "onFailure": [_CHECK]}, [("/onFailure/0", "check")]),
    ({"type": "checkEvent", "eventType": "e", "matchers": [_NOTE]}, [("/matchers/0", "effect")]),
    (
        {"type": "checkAudience", "operator": "member", "profile": "Me", "audience": {}},
        [("/profile", "enum"), ("/audience/id", "required")],
    ),
    (
        {"type": "checkBudget", "operator": "enoughFor", "action": "x", "value": "1"},
        [("/action", "enum"), ("/value", "type")],
    ),
    ({"type": "passthrough"}, [("/expression", "type")]),
    ({"type": "passthrough", "expression": [["couponValid"], {}]}, [("/expression/1", "unreadable")]),
    ({"type": "group", "operator": "some", "blocks": []}, [("/operator", "enum")]),
    ({"type": "group", "operator": "all"}, [("/blocks", "type")]),
    ({"type": "group", "operator": "all", "blocks": [_CHECK, _NOTE]}, [("", "effect")]),
    ({"type": "group", "operator": "none", "blocks": [_NOTE]}, [("", "effect")]),
    (
        {"type": "group", "operator": "all", "blocks": [_CHECK], "onError": {"limit": []}},
        [("/onError", "check")],
    ),
    ({**_DISCOUNT, "value": True}, [("/value", "type")]),
    ({**_DISCOUNT, "value": "10"}, [("/value", "type")]),
    ({**_DISCOUNT, "name": 5, "partial": "yes"}, [("/name", "type"), ("/partial", "type")]),
    ({**_DISCOUNT, "target": {"type": "shop"}}, [("/target/type", "enum")]),
    ({**_DISCOUNT, "target": {"type": "selector"}}, [("/target/name", "required")]),
    ({**_DISCOUNT, "target": {"type": "allItems", "prorated": "yes"}}, [("/target/prorated", "enum")]),
    (
        {**_DISCOUNT, "target": {"type": "bundle", "name": "b", "item": {"type": "byIndex"}}},
        [("/target/item/value", "required")],
    ),
    ({**_DISCOUNT, "onError": {"limit": []}}, [("/onError", "unknown")]),
    ({**_NOTE, "onError": []}, [("/onError", "type")]),
    ({"type": "awardItem", "sku": "s", "name": "n", "quantity": "two"}, [("/quantity", "type")]),
    ({"type": "triggerWebhook", "webhook": 1, "params": []}, [("/webhook", "type"), ("/params", "type")]),
    (
        {
            "type": "updateAttributeValue",
            "operator": "add",
            "attribute": {},
            "value": 1,
            "target": {"type": "session"},
        },
        [("/attribute/name", "required"), ("/operator", "enum")],
    ),
]


@pytest.mark.parametrize(("block", "problems"), _BLOCKS, ids=[str(block)[:70] for block, _ in _BLOCKS])
def test_a_bad_block_is_refused(block: Any, problems: list[tuple[str, str]]) -> None:
    document = {"promotionRules": [{"title": "t", "blocks": [_CHECK, block]}]}
    assert _problems(document) == [
        (f"/promotionRules/0/blocks/1{pointer}", title) for pointer, title in problems
    ]


@pytest.mark.parametrize(
    ("fields", "pointer", "title"),
    [
        ({"source": "CartItems"}, "/source", "format"),
        ({"steps": {}}, "/steps", "type"),
        ({"steps": [{"type": "shuffle"}]}, "/steps/0/type", "enum"),
        ({"steps": [{"type": "sort"}]}, "/steps/0/fields", "type"),
        ({"steps": [{"type": "sort", "fields": [1]}]}, "/steps/0/fields/0", "type"),
        (
            {"steps": [{"type": "sort", "fields": [{"expression": "$Item.Price"}]}]},
            "/steps/0/fields/0/direction",
            "enum",
        ),
        ({"steps": [{"type": "filter", "predicate": _RESERVE}]}, "/steps/0/predicate/type", "enum"),
        (
            {"steps": [{"type": "filter", "predicate": {"type": "group"}}]},
            "/steps/0/predicate/blocks",
            "type",
        ),
        (
            {"steps": [{"type": "filter", "predicate": {"type": "group", "blocks": []}}]},
            "/steps/0/predicate/operator",
            "enum",
        ),
        (
            {"steps": [{"type": "select", "operator": "one", "index": 0, "partial": True}]},
            "/steps/0/partial",
            "enum",
        ),
        (
            {"steps": [{"type": "select", "operator": "many", "from": "start", "count": 1.5}]},
            "/steps/0/count",
            "type",
        ),
    ],
)
def test_a_bad_selector_is_refused(fields: dict[str, Any], pointer: str, title: str) -> None:
    selector = {"name": "S", "type": "selector", "source": "$Session.CartItems", "steps": [], **fields}
    assert _problems({"selectors": [selector]}) == [(f"/selectors/0{pointer}", title)]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"promotionRules": [1]}, ("/promotionRules/0", "type")),
        ({"promotionRules": [{"title": "t"}]}, ("/promotionRules/0/blocks", "type")),
        ({"parameters": 1}, ("/parameters", "type")),
        ({"promotionRules": 1}, ("/promotionRules", "type")),
        ({"bundles": [1]}, ("/bundles/0", "type")),
        (
            {"strikethroughRules": [{"title": "t", "blocks": [_NOTE]}]},
            ("/strikethroughRules/0/blocks/0/type", "enum"),
        ),
    ],
)
def test_a_bad_document_is_refused(document: Any, problem: tuple[str, str]) -> None:
    assert _problems(document) == [problem]


def test_every_problem_is_told() -> None:
    rule = {"title": "t", "blocks": [{**_CHECK, "operator": "is"}, {**_DISCOUNT, "value": "{{"}]}
    found = _problems({"promotionRules": [rule, rule], "selectors": [1]})
    assert [pointer for pointer, _ in found] == [
        "/promotionRules/0/blocks/0/operator",
        "/promotionRules/0/blocks/1/value",
        "/promotionRules/1/blocks/0/operator",
        "/promotionRules/1/blocks/1/value",
        "/selectors/0",
    ]


def test_findings_are_led_back_to_the_document() -> None:
    rule = {
        "title": "t",
        "blocks": [_CHECK, _DISCOUNT, {"type": "passthrough", "expression": ["reserveCoupon"]}],
    }
    parameter = {"name": "p", "expression": ["identity", 1]}
    selector = {"name": "S", "type": "selector", "source": "$Session.CartItems", "steps": []}
    converted = from_blocks({"promotionRules": [rule], "parameters": [parameter], "selectors": [selector]})
    places = {
        "/rules": "/promotionRules",
        "/bindings": "/selectors",
        "/rules/0/title": "/promotionRules/0/title",
        "/rules/0/condition": "/promotionRules/0/blocks",
        "/rules/0/condition/1/2": "/promotionRules/0/blocks/0",
        "/rules/0/effects": "/promotionRules/0/blocks",
        "/rules/0/effects/0/2": "/promotionRules/0/blocks/1",
        "/rules/0/effects/1/0": "/promotionRules/0/blocks/2/expression/0",
        "/bindings/0/expression/1": "/parameters/0/expression/1",
        "/bindings/1/expression/1": "/selectors/0",
    }
    assert {at: converted.pointer(at) for at in places} == places
