"""The check of a rule set before it is saved: all findings, each with its place (behaviour/language 12)."""

from __future__ import annotations

from typing import Any

import pytest

from tercel.base.codec import decode_any, encode
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.rules.check import check_ruleset

_TOTAL = [".", "Session", "Total"]


def _findings(rule: dict[str, Any], bindings: list[Any] | None = None, **known: Any) -> list[tuple[str, str]]:
    data = {
        "rules": [{"title": "r", "condition": ["and", True], "effects": [], **rule}],
        "bindings": bindings or [],
    }
    topics = {topic: frozenset(names) for topic, names in known.items()}
    return [(finding.pointer, finding.code) for finding in check_ruleset(data, RULE_SCOPE, topics)]


def test_a_good_rule_set_has_no_findings() -> None:
    bindings = [
        {"name": "n", "expression": ["identity", 5]},
        {"name": "m", "expression": ["+", [".", "n"], 1]},
    ]
    rule = {
        "bindings": [{"name": "n", "expression": ["identity", "hides the other"]}],
        "condition": ["and", ["couponValid"], [">", _TOTAL, [".", "m"]]],
        "effects": [["setDiscount", [".", "n"], [".", "Coupon", "DiscountRemainder"]]],
    }
    assert _findings(rule, bindings) == []


def test_the_number_of_a_named_list_is_a_name() -> None:
    items = ["filter", [".", "Session", "CartItems"], [["Item"], [">", [".", "Item", "Price"], 5]]]
    rule = {"condition": ["and", [">", [".", "Dear item count"], 1]], "effects": []}
    assert _findings(rule, [{"name": "Dear", "expression": items}]) == []
    assert _findings(rule, [{"name": "Other", "expression": items}]) == [
        ("/rules/0/condition/1/1/1", "unknownName")
    ]


@pytest.mark.parametrize(
    ("rule", "pointer", "code"),
    [
        ({"condition": ["and", ["nonsense"]]}, "/rules/0/condition/1/0", "unknownFunction"),
        ({"condition": ["and", [">", _TOTAL]]}, "/rules/0/condition/1", "arity"),
        ({"condition": ["and", [">", [".", "Nobody", "Total"], 1]]}, "/rules/0/condition/1/1/1", "unknownName"),
        ({"condition": ["and", [".", "Session", "Totals"]]}, "/rules/0/condition/1/2", "unknownField"),
        ({"condition": ["and", ["setDiscount", "x", 1]]}, "/rules/0/condition/1", "effectNotAllowed"),
        ({"effects": [["setDiscount", 5, 1]]}, "/rules/0/effects/0/1", "type"),
        ({"effects": [["set", "x", 1]]}, "/rules/0/effects/0", "refused"),
        ({"bindings": [{"name": "a", "expression": ["identity", [".", "b"]]}]}, "/rules/0/bindings/0/expression/1/1", "unknownName"),
        (
            {"bindings": [{"name": "a", "expression": ["noop"]}, {"name": "a", "expression": ["noop"]}]},
            "/rules/0/bindings/1/name",
            "duplicate",
        ),
        ({"condition": ["and", ["isAudienceMember", "Current", 4]]}, "/rules/0/condition/1/2", "unknownReference"),
        ({"effects": [["addLoyaltyPoints", "none", "why", 1]]}, "/rules/0/effects/0/1", "unknownReference"),
        ({"condition": ["and", [">", [".", "Loyalty", "none", "Balance"], 1]]}, "/rules/0/condition/1/1/2", "unknownReference"),
        ({"condition": ["and", [".", "loyalty", "none", "Tier"]]}, "/rules/0/condition/1/2", "unknownReference"),
    ],
)  # fmt: skip
def test_findings_point_at_their_place(rule: dict[str, Any], pointer: str, code: str) -> None:
    assert (pointer, code) in _findings(rule, audiences={"3"}, programs={"club", "5"})


def test_known_references_are_accepted_by_id_and_by_name() -> None:
    effects = [
        ["addLoyaltyPoints", "club", "why", 1],
        ["addLoyaltyPoints", 5, "why", 1],
        ["addToAudience", 3],
    ]
    assert _findings({"effects": effects}, audiences={"3"}, programs={"club", "5"}) == []


def test_the_nearest_name_is_told_and_no_id() -> None:
    effects = [["addLoyaltyPoints", "clup", "why", 1], ["addLoyaltyPoints", 6, "why", 1]]
    data = {"rules": [{"title": "r", "condition": ["and", True], "effects": effects}], "bindings": []}
    found = check_ruleset(
        decode_any(encode(data)), RULE_SCOPE, {"programs": frozenset({"club", "16", "clap"})}
    )
    assert [finding.message for finding in found] == [
        "`addLoyaltyPoints` refers to `clup`, which the application does not have; did you mean `club`?",
        "`addLoyaltyPoints` refers to `6`, which the application does not have",
    ]


def test_a_name_that_hides_the_programs_names_none() -> None:
    """Of a binding or of the parameter of a block."""
    reading = [".", "Loyalty", "anything", "Balance"]
    bindings = [{"name": "Loyalty", "expression": ["kv", ["anything", ["kv", ["Balance", 1]]]]}]
    block = ["exists", [".", "Session", "CartItems"], [["Loyalty"], ["isSet", reading]]]
    hidden = _findings({"condition": ["and", [">", reading, 0]]}, bindings, programs=set())
    assert "unknownReference" not in [code for _, code in hidden]
    inside = _findings({"condition": ["and", block, ["isSet", reading]]}, programs=set())
    assert [each for each in inside if each[1] == "unknownReference"] == [
        ("/rules/0/condition/2/1/2", "unknownReference")
    ]


def test_a_topic_that_is_not_told_is_not_checked() -> None:
    assert _findings({"effects": [["addToAudience", 3]]}) == []


def test_unreadable_parts_do_not_hide_the_rest() -> None:
    found = _findings({"condition": ["and", []], "effects": [["nonsense"]]})
    assert found == [("/rules/0/condition/1", "unreadable"), ("/rules/0/effects/0/0", "unknownFunction")]
