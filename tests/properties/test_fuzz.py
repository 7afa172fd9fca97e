"""Whatever is written into rules, an evaluation ends with an outcome that can be sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tercel.base.codec import encode
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.program.program import build_program
from tercel.evaluation.snapshot import Snapshot, Wants
from tercel.language.functions.all import CATALOGUE
from tests.properties import worlds

_NAMES = sorted(CATALOGUE)
_READS = [
    [".", "Session", "CartItems"],
    [".", "Session", "Total"],
    [".", "Session", "Attributes", "mark"],
    [".", "Item", "Price"],
    [".", "Item"],
    [".", "Bundle", "Items"],
    [".", "Coupon", "DiscountRemainder"],
    [".", "Profile", "Attributes"],
    [".", "Loyalty", "club", "Balance"],
    [".", "Achievements", "steps", "Progress"],
    [".", "Value_map_items"],
    [".", "made"],
]
_literals = st.one_of(
    st.sampled_from(
        ["x", "Current", "Advocate", "club", "steps", "Info", "setDiscount", "Session.Attributes.mark", "5D"]
    ),
    st.sampled_from([0, 1, 2, 4, 7, -1, Decimal("0.5"), Decimal("1e30"), Decimal("9e6000")]),
    st.booleans(),
    st.none(),
)
_kv = st.builds(
    lambda keys, value: ["kv", *[[key, value] for key in keys]],
    st.lists(st.sampled_from(["scope", "partial", "recipient", "subledger", "validity", "pattern", "storeInSession"]), max_size=2),
    _literals,
)  # fmt: skip
_expressions: st.SearchStrategy[Any] = st.recursive(
    st.one_of(_literals, st.sampled_from(_READS), _kv),
    lambda inner: st.one_of(
        st.builds(lambda name, parts: [name, *parts], st.sampled_from(_NAMES), st.lists(inner, max_size=4)),
        st.builds(lambda name, body: [[name], body], st.sampled_from(["Item", "Bundle", "x"]), inner),
    ),
    max_leaves=12,
)
_rules = st.builds(
    lambda condition, effects: {"title": "r", "condition": ["and", condition], "effects": effects},
    st.one_of(st.just(True), _expressions),
    st.lists(_expressions.filter(lambda each: isinstance(each, list)), max_size=3),
)


@settings(max_examples=400, deadline=None)
@given(worlds.snapshots(), st.lists(_rules, min_size=1, max_size=3), _expressions, st.booleans())
def test_any_rule_is_survived(snapshot: Snapshot, rules: list[Any], binding: Any, asks: bool) -> None:
    ruleset = {"rules": rules, "bindings": [{"name": "made", "expression": ["identity", binding]}]}
    program = build_program(
        ApplicationFacts(id=1, caps_discounts=True), [CampaignFacts(id=1, ruleset=ruleset)]
    )
    snapshot.wants = Wants(failures=asks)
    outcome = evaluate(program, snapshot)
    encode(outcome.effects)
    encode(outcome.failures)
