"""Why campaigns and rules did or did not apply, in words (behaviour/evaluation 5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.explanation import CampaignTrace, RuleTrace
from tercel.evaluation.facts import CampaignFacts, GroupFacts
from tercel.evaluation.snapshot import CouponFacts, LimitFacts, Wants
from tests.evaluation.support import NOW, campaign, program, rule, snapshot

TOTAL = [".", "Session", "Total"]
ONE = rule(["setDiscount", "one", 1])
TWO = rule(["setDiscount", "two", 2])
ASKING = Wants(failures=True, eligibility=True, trace=True)
DAY = timedelta(days=1)


def traces(
    *campaigns: CampaignFacts, groups: tuple[GroupFacts, ...] = (), **facts: Any
) -> list[CampaignTrace]:
    outcome = evaluate(program(*campaigns, groups=groups), snapshot(wants=ASKING, **facts))
    assert outcome.trace is not None
    return outcome.trace


def only_rule(*conditions: Any, **facts: Any) -> RuleTrace:
    found = traces(campaign(rule(["setDiscount", "one", 1], when=["and", *conditions])), **facts)
    return found[0].runs[0].rules[0]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ([">=", TOTAL, 150], "the session total is at least 150: it is 100.00"),
        (["<", 150, TOTAL], "150 is less than the session total: the session total is 100.00"),
        (["=", [".", "Session", "State"], "closed"], "the session state is “closed”: it is “open”"),
        (["=", [".", "Session", "Attributes", "pay"], "card"], "the session attribute “pay” is “card”: `pay` is not set"),
        (["couponValid"], "the coupon code is not valid"),
        (["not", [">=", TOTAL, 50]], "it is not true that the session total is at least 50: the session total is 100.00"),
        (["+", 1, "x"], None),
    ],
)  # fmt: skip
def test_a_failed_condition_is_told_with_what_it_read(condition: Any, sentence: str | None) -> None:
    told = only_rule(condition)
    assert not told.applied
    assert told.condition_index == 0
    if sentence is not None:
        assert told.sentence == sentence


def test_all_conditions_are_told() -> None:
    told = only_rule([">=", TOTAL, 150], ["=", [".", "Profile", "ClosedSessions"], 0], [">=", TOTAL, 50])
    assert [condition.holds for condition in told.conditions] == [False, None, True]
    assert told.conditions[1].problem == "`Profile` is not set"
    assert told.conditions[2].readings[0].value == Decimal(100)
    assert told.gives == ["give 1 as discount “one”"]


def test_a_failed_effect_is_told() -> None:
    found = traces(campaign(rule(["setDiscount", "no", -1])))[0].runs[0].rules[0]
    assert (found.effect_index, found.condition_index) == (0, None)
    assert found.sentence == "give -1 as discount “no”: the amount -1 is below zero"


def test_rules_are_told_once_per_code() -> None:
    codes = {
        code: CouponFacts(id=number, campaign_id=1, value=code, usage_limit=1, usage_counter=number)
        for number, code in enumerate(["GOOD", "USED"])
    }
    found = traces(campaign(rule(["setDiscount", "one", 1], when=["and", ["couponValid"]])), coupons=codes)
    assert [(run.coupon_code, run.rules[0].applied) for run in found[0].runs] == [
        ("GOOD", True),
        ("USED", False),
    ]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"start_time": NOW + DAY}, "it starts at 2026-07-16T10:00:00Z"),
        ({"end_time": NOW - DAY}, "it ended at 2026-07-14T10:00:00Z"),
        ({"linked_store_ids": frozenset({7})}, "it is linked to other stores"),
    ],
)
def test_campaigns_that_do_not_run_are_told(keys: dict[str, Any], sentence: str) -> None:
    told = traces(campaign(ONE, **keys))[0]
    assert (told.verdict, told.sentence, told.runs) == ("skipped", sentence, [])


def test_campaigns_without_usable_rules_are_told() -> None:
    without, broken = traces(CampaignFacts(id=1), CampaignFacts(id=2, ruleset_id=2, ruleset={"rules": 1}))
    assert without.sentence == "it has no rules"
    assert broken.sentence.startswith("its rules cannot be used: ")


def test_chosen_campaigns_leave_the_others_out() -> None:
    first, second = traces(campaign(ONE), campaign(ONE, number=2), evaluable_campaign_ids=frozenset({2}))
    assert (first.verdict, first.sentence) == ("skipped", "the request chose other campaigns")
    assert second.verdict == "applied"


@pytest.mark.parametrize(
    ("mode", "verdicts", "sentence"),
    [
        ("listOrder", ["applied", "skipped"], "another campaign of its group came first"),
        (
            "highestDiscount",
            ["skipped", "applied"],
            "another campaign of its group was chosen for its discount",
        ),
    ],
)
def test_groups_leave_campaigns_out(mode: str, verdicts: list[str], sentence: str) -> None:
    group = GroupFacts(id=9, mode=mode, children=(("campaign", 1), ("campaign", 2)))
    built = program(campaign(ONE, group_id=9), campaign(TWO, number=2, group_id=9), groups=(group,))
    outcome = evaluate(built, snapshot(wants=ASKING))
    assert outcome.trace is not None
    assert outcome.eligibility is not None
    assert [told.verdict for told in outcome.trace] == verdicts
    skipped = verdicts.index("skipped")
    assert outcome.trace[skipped].sentence == sentence
    details = outcome.eligibility[skipped].eligibility[0].details
    assert details is not None
    assert details.failure_code == "SKIPPED"
    assert outcome.nudges == []


def test_rules_show_what_their_authors_let_them_show() -> None:
    shown = {"displayName": "One off", "displayDescription": "Always", "relatedData": "https://example.com/1"}
    outcome = evaluate(program(campaign({**ONE, **shown})), snapshot(wants=ASKING))
    assert outcome.eligibility is not None
    told = outcome.eligibility[0].rules[0]
    assert (told.display_name, told.display_description, told.related_data) == tuple(shown.values())


def test_exactly_one_index_of_a_failure_is_set() -> None:
    limit = LimitFacts(action="setDiscount", limit=Decimal(0))
    rules = (rule(["setDiscount", "one", 1], when=["and", True, [">=", TOTAL, 150]]), ONE)
    outcome = evaluate(program(campaign(*rules, limits=(limit,))), snapshot(wants=ASKING))
    assert [(each.condition_index, each.effect_index) for each in outcome.failures] == [(1, None), (None, 0)]
    assert all(each.details for each in outcome.failures)
