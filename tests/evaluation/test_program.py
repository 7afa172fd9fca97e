"""Which campaigns are part of a program, and which of them run (behaviour/evaluation 1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts, GroupFacts
from tercel.evaluation.program.program import Program, RulesetCache, build_program
from tercel.evaluation.run.candidates import candidates
from tercel.evaluation.run.engine import open_run
from tercel.evaluation.snapshot import CouponFacts, Snapshot, StoreFacts, Wants
from tests.evaluation.support import NOW, campaign, program, rule, snapshot

_ONE = rule(["setDiscount", "x", 1])
_SECOND = timedelta(seconds=1)


def _candidates(built: Program, facts: Snapshot) -> list[int]:
    return [each.id for each in candidates(built, facts, open_run(built, facts, None))]


def test_one_broken_rule_set_leaves_the_others_alone() -> None:
    broken = CampaignFacts(
        id=1, ruleset_id=1, ruleset={"rules": [{"title": "r", "condition": [], "effects": []}]}
    )
    built = program(broken, campaign(_ONE, number=2))
    assert evaluate(built, snapshot()).triggered == [2]
    assert list(built.problems) == [1]
    assert "/rules/0/condition" in built.problems[1]


def test_a_rule_that_does_not_compile_fails_alone() -> None:
    built = program(campaign(rule(["nonsense"]), _ONE))
    outcome = evaluate(built, snapshot(wants=Wants(failures=True)))
    assert [effect.effect_type for effect in outcome.effects] == ["error", "setDiscount"]
    assert outcome.failures[0].effect_index == 0


def test_compiled_rule_sets_are_kept_by_id() -> None:
    cache: RulesetCache = {}
    first = build_program(ApplicationFacts(id=1), [campaign(_ONE)], cache=cache)
    again = build_program(ApplicationFacts(id=1), [campaign(_ONE), campaign(_ONE, number=2)], cache=cache)
    assert first.by_id[1].ruleset is again.by_id[1].ruleset
    assert set(cache) == {1, 2}


@pytest.mark.parametrize(
    ("keys", "runs"),
    [
        ({}, True),
        ({"state": "disabled"}, False),
        ({"state": "archived"}, False),
        ({"start_time": NOW}, True),
        ({"start_time": NOW + _SECOND}, False),
        ({"end_time": NOW}, False),
        ({"end_time": NOW + _SECOND}, True),
        ({"linked_store_ids": frozenset({7})}, False),
    ],
)
def test_state_and_schedule(keys: dict, runs: bool) -> None:
    assert bool(evaluate(program(campaign(_ONE, **keys)), snapshot()).triggered) is runs


def test_linked_stores() -> None:
    built = program(campaign(_ONE, linked_store_ids=frozenset({7})))
    assert evaluate(built, snapshot(store=StoreFacts(id=7, integration_id="a"))).triggered == [1]
    assert evaluate(built, snapshot(store=StoreFacts(id=8, integration_id="b"))).triggered == []


def test_named_campaigns_run_alone_and_even_disabled() -> None:
    built = program(
        campaign(_ONE), campaign(_ONE, number=2, state="disabled"), campaign(_ONE, number=3, state="archived")
    )
    named = snapshot(is_dry=True, evaluable_campaign_ids=frozenset({2, 3, 99}))
    assert evaluate(built, named).triggered == [2]


def test_a_campaign_without_rules_never_runs() -> None:
    assert evaluate(program(CampaignFacts(id=1)), snapshot()).triggered == []


def test_the_index_leaves_out_what_cannot_fire() -> None:
    hats = ["exists", [".", "Session", "CartItems"], [["I"], ["=", [".", "I", "Category"], "hats"]]]
    built = program(
        campaign(_ONE),
        campaign(rule(when=["and", [">=", [".", "Session", "Total"], 101]]), number=2),
        campaign(rule(when=["and", [">=", [".", "Session", "Total"], 100]]), number=3),
        campaign(rule(when=["and", hats]), number=4),
        campaign(rule(when=["and", ["couponValid"]]), number=5),
        campaign(rule(when=["and", ["=", [".", "Event", "Type"], "signup"]]), number=6),
    )
    assert _candidates(built, snapshot()) == [1, 3]
    assert _candidates(built, snapshot(wants=Wants(failures=True))) == [1, 2, 3, 4, 5, 6]
    coupon = CouponFacts(id=1, campaign_id=5, value="A")
    assert _candidates(built, snapshot(coupons={"A": coupon})) == [1, 3, 5]


def test_updated_attributes_are_not_indexed() -> None:
    marked = ["=", [".", "Session", "Attributes", "mark"], "gold"]
    setter = campaign(rule(["updateAttribute", "Session.Attributes.mark", "gold"]))
    assert _candidates(program(campaign(rule(when=["and", marked]), number=2)), snapshot()) == []
    assert evaluate(
        program(setter, campaign(rule(when=["and", marked]), number=2)), snapshot()
    ).triggered == [1, 2]


def test_the_order_is_that_of_the_tree() -> None:
    groups = (
        GroupFacts(id=10, children=(("campaign", 3), ("group", 11), ("campaign", 99))),
        GroupFacts(id=11, children=(("campaign", 1),)),
    )
    built = program(campaign(_ONE), campaign(_ONE, number=2), campaign(_ONE, number=3), groups=groups)
    outcome = evaluate(built, snapshot())
    assert outcome.triggered == [3, 1, 2]
    assert [effect.evaluation_group_id for effect in outcome.effects] == [10, 11, 10]
    assert {effect.evaluation_group_mode for effect in outcome.effects} == {"stackable"}
    assert built.tree.is_plain


def test_application_filters() -> None:
    cheap = ["filter", [".", "Session", "CartItems"], [["Item"], ["<", [".", "Item", "Price"], 50]]]
    facts = campaign(rule(["setDiscountPerItem", "x", ["applicationFilter", "cheap"], [["Item"], 1]]))
    built = build_program(ApplicationFacts(id=1), [facts], filters={"cheap": {"expr": cheap}, "bad": []})
    assert len(evaluate(built, snapshot(total=40)).effects) == 1
    assert evaluate(built, snapshot(total=60)).effects == []
    missing = program(facts)
    assert evaluate(missing, snapshot(total=40)).triggered == []
