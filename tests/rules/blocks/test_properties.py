"""Any rule: written as blocks, read, and written again, it means the same and looks the same (behaviour/language 14)."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercel.base.codec import encode
from tercel.rules.blocks.rulesets import from_blocks, to_blocks
from tercel.scenario.cases import read_cases
from tercel.scenario.facts import build_case_program
from tercel.scenario.run import answer_case
from tests.language.programs import PROGRAMS
from tests.rules.blocks.documents import BINDINGS, EXAMPLES, sent
from tests.rules.blocks.names import NAMES
from tests.support.contract import validate

_CHECKS = st.sampled_from([each["data"] for each in EXAMPLES if each["kind"] == "check"])
_EFFECTS = st.sampled_from([each["data"] for each in EXAMPLES if each["kind"] == "effect"])
_COMPUTED = PROGRAMS.filter(lambda data: isinstance(data, list))
_ERRORS = st.sampled_from(["limit", "missing", "type", "range"])


def _conditions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, max_size=3)
    return st.one_of(
        st.builds(lambda name, each: [name, *each], st.sampled_from(["and", "or"]), parts),
        st.builds(lambda each: ["not", each], inner),
        st.builds(
            lambda each, effects: ["onFailure", each, *effects],
            inner,
            st.lists(_EFFECTS, min_size=1, max_size=2),
        ),
        st.builds(
            lambda operator, each: [operator, each, True], st.sampled_from(["=", "!=", "oneOf"]), inner
        ),
    )


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(lambda each: ["catch", ["noop"], each], inner),
        st.builds(lambda check, each: ["if", check, ["noop"], each], _CHECKS, st.just(["head", ["list"]])),
        st.builds(lambda check, each: ["if", check, each], _CHECKS, inner),
        st.lists(inner, min_size=1, max_size=3),
        st.builds(
            lambda name, reaction, each: ["onError", ["kv", [name, reaction]], each],
            _ERRORS,
            inner | st.just(["noop"]),
            inner,
        ),
    )


_HOLDING = st.sampled_from([True, ["couponValid"], ["isSet", [".", "Profile", "Attributes", "City"]]])
_CONDITIONS = _HOLDING | st.recursive(_CHECKS | _COMPUTED | st.just(True), _conditions, max_leaves=5)
_RULES = st.builds(
    lambda conditions, effects: {"title": "t", "condition": ["and", *conditions], "effects": effects},
    st.lists(_CONDITIONS, max_size=3),
    st.lists(st.recursive(_EFFECTS | _COMPUTED, _composed, max_leaves=4), max_size=4),
)
_ITEMS = [
    {"sku": "A", "name": "A", "category": "x", "price": 60, "quantity": 2, "attributes": {"x": 1}},
    {"sku": "B", "name": "B", "price": 10, "quantity": 1},
]
_WORLD = {
    "session": {"cartItems": _ITEMS, "couponCodes": ["SAVE"], "attributes": {"x": 2, "y": "a"}},
    "context": {
        "profile": {"attributes": {"City": "Berlin", "Tags": ["a", "b"], "Vip": True}},
        "giveaways": {},
        "audiences": {"Current": [4]},
        "additionalCosts": {"shipping": 42},
    },
}


def _answer(ruleset: dict[str, Any]) -> Any:
    """Effects and failures; the messages of errors may name places."""
    campaign = {"ruleset": ruleset, "coupons": [{"id": 1, "code": "SAVE"}]}
    (case,) = read_cases({"campaigns": [campaign], "cases": [_WORLD]})
    program = build_case_program(case)
    assert program.problems == {}
    answer = answer_case(case, program)
    for effect in answer.effects:
        effect["props"].pop("message", None)
        effect["props"].pop("details", None)
    return answer


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_RULES, min_size=1, max_size=2))
def test_a_rule_set_means_the_same_after_its_way_through_blocks(rules: list[dict[str, Any]]) -> None:
    ruleset = sent({"rules": rules, "bindings": BINDINGS})
    shown = sent(to_blocks(ruleset, "place", NAMES))
    read = sent(from_blocks(shown, NAMES).data)
    assert _answer(read) == _answer(ruleset)
    again = sent(to_blocks(read, "place", NAMES))
    assert sent(from_blocks(again, NAMES).data) == read


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_RULES)
def test_every_rule_has_the_shape_of_the_contract(rule: dict[str, Any]) -> None:
    shown = to_blocks(sent({"rules": [rule], "bindings": BINDINGS}), "place", NAMES)
    envelope = {"id": 1, "created": "2026-01-01T00:00:00Z", "userId": 1}
    validate(json.loads(encode({**envelope, **shown})), "RulesetV2", "management")
