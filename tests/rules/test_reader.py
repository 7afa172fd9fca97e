"""Reading rule sets: the accepted forms, and a pointer for everything that is wrong (behaviour/language 1)."""

from __future__ import annotations

from typing import Any

import pytest

from tercel.base.limits import (
    BINDINGS_MAX,
    EFFECTS_PER_RULE_MAX,
    RULES_PER_RULESET_MAX,
    RULESET_NODES_MAX,
)
from tercel.language.tree import Call, Literal
from tercel.rules.reader import RulesetError, read_leniently, read_ruleset

_RULE = {"title": "r", "condition": ["and", True], "effects": []}


def _pointers(data: Any) -> list[str | None]:
    return [problem.pointer for problem in read_leniently(data)[1]]


def test_conditions_are_the_arguments_of_the_root_and() -> None:
    ruleset = read_ruleset(
        {"rules": [{**_RULE, "condition": ["and", ["couponValid"], True]}], "bindings": []}
    )
    assert ruleset.rules[0].conditions == (Call("couponValid", ()), Literal(True))


def test_another_root_is_one_condition() -> None:
    ruleset = read_ruleset({"rules": [{**_RULE, "condition": ["or", True]}], "bindings": []})
    assert ruleset.rules[0].conditions == (Call("or", (Literal(True),)),)


def test_one_effect_may_be_flat() -> None:
    flat = read_ruleset({"rules": [{**_RULE, "effects": ["setDiscount", "a", 1]}], "bindings": []})
    nested = read_ruleset({"rules": [{**_RULE, "effects": [["setDiscount", "a", 1]]}], "bindings": []})
    assert flat.rules[0].effects == nested.rules[0].effects


def test_identity_is_the_id_or_the_place() -> None:
    ruleset = read_ruleset({"rules": [{**_RULE, "id": "abc"}, _RULE], "bindings": []})
    assert [rule.identity for rule in ruleset.rules] == ["abc", "1"]


def test_strikethrough_rules_stay_data() -> None:
    data = {"rules": [], "bindings": [], "strikethroughRules": [{"anything": 1}]}
    assert read_ruleset(data).strikethrough_rules == ({"anything": 1},)


@pytest.mark.parametrize(
    ("data", "pointers"),
    [
        ([], [""]),
        ({"rules": 1}, ["/rules"]),
        ({"rules": [1]}, ["/rules/0"]),
        ({"rules": [{**_RULE, "title": 7}]}, ["/rules/0/title"]),
        ({"rules": [{**_RULE, "condition": []}]}, ["/rules/0/condition"]),
        ({"rules": [{**_RULE, "condition": None}]}, ["/rules/0/condition"]),
        ({"rules": [{**_RULE, "condition": ["and", []]}]}, ["/rules/0/condition/1"]),
        ({"rules": [{**_RULE, "effects": None}]}, ["/rules/0/effects"]),
        ({"rules": [{**_RULE, "effects": [5, ["noop"], {}]}]}, ["/rules/0/effects/0", "/rules/0/effects/2"]),
        ({"rules": [{**_RULE, "bindings": [{"name": "a"}]}]}, ["/rules/0/bindings/0/expression"]),
        ({"rules": [], "bindings": [{"expression": ["noop"]}]}, ["/bindings/0"]),
        ({"rules": [], "bindings": [{"name": "a", "expression": {"x": 1}}]}, ["/bindings/0/expression"]),
    ],
)
def test_problems_point_at_their_place(data: Any, pointers: list[str]) -> None:
    assert _pointers(data) == pointers
    with pytest.raises(RulesetError):
        read_ruleset(data)


@pytest.mark.parametrize(
    ("limit", "make", "pointer"),
    [
        (RULES_PER_RULESET_MAX, lambda n: {"rules": [_RULE] * n}, "/rules"),
        (
            BINDINGS_MAX,
            lambda n: {"bindings": [{"name": f"b{i}", "expression": ["noop"]} for i in range(n)]},
            "/bindings",
        ),
        (
            EFFECTS_PER_RULE_MAX,
            lambda n: {"rules": [{**_RULE, "effects": [["noop"]] * n}]},
            "/rules/0/effects",
        ),
    ],
)
def test_limits_at_their_edge(limit: int, make: Any, pointer: str) -> None:
    assert _pointers(make(limit)) == []
    assert _pointers(make(limit + 1)) == [pointer]


def test_the_nodes_of_all_expressions_are_limited() -> None:
    hundred = ["and", *[True] * 99]
    rule = {**_RULE, "condition": ["and", True], "effects": [hundred] * 100}
    rules = [rule] * (RULESET_NODES_MAX // 10_000)
    full = {"rules": [{**rules[0], "condition": hundred, "effects": [hundred] * 99}, *rules[1:]]}
    # Each further rule has a condition of two nodes: leave room for them.
    spare = 2 * (len(rules) - 1)
    full["rules"][0]["effects"] = [*[hundred] * 98, ["and", *[True] * (99 - spare)]]
    assert _pointers(full) == []
    full["rules"][-1] = {**rule, "condition": ["and", True, True]}
    assert _pointers(full) == [f"/rules/{len(rules) - 1}/effects/99"]
