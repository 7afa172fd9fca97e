"""Limits of one evaluation: steps, time, effects (behaviour/evaluation 12)."""

from __future__ import annotations

import pytest

from tercel.base import limits
from tercel.base.limits import STEPS_MAX, STEPS_PER_CAMPAIGN_MAX
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import GroupFacts
from tercel.evaluation.host import recorder
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.run.engine import Engine
from tercel.evaluation.snapshot import CouponFacts, Wants
from tercel.language.errors import AllSpentError, PartSpentError
from tests.evaluation.support import campaign, program, rule, snapshot

_ITEMS = ["list", *range(1, 200)]
_SQUARE = [
    "countIf",
    _ITEMS,
    [["a"], ["exists", _ITEMS, [["b"], ["=", [".", "a"], ["*", [".", "b"], 1000]]]]],
]
_HEAVY = rule(*[["setDiscount", "x", _SQUARE]] * 12)
_LIGHT = rule(["setDiscount", "y", 1])


def told(outcome: Outcome) -> list[tuple[str, int]]:
    """Type and campaign of the effects."""
    return [(effect.effect_type, effect.campaign_id) for effect in outcome.effects]


def test_a_campaign_that_spends_its_part_ends_alone() -> None:
    built = program(campaign(_LIGHT), campaign(_LIGHT, _HEAVY, _LIGHT, number=2), campaign(_LIGHT, number=3))
    outcome = evaluate(built, snapshot(wants=Wants(failures=True)))
    assert told(outcome) == [("setDiscount", 1), ("setDiscount", 2), ("error", 2), ("setDiscount", 3)]
    assert "campaign needed more than the allowed number of steps" in outcome.effects[2].props.message
    assert [(each.campaign_id, each.rule_index) for each in outcome.failures] == [(2, 1)]
    assert outcome.triggered == [1, 2, 3]
    assert outcome.is_complete


def test_the_steps_of_a_campaign_at_their_edge() -> None:
    run = Engine(program(campaign(_LIGHT)), snapshot(), None).run
    run.begin_part(STEPS_PER_CAMPAIGN_MAX)
    run.spend(STEPS_PER_CAMPAIGN_MAX)
    with pytest.raises(PartSpentError):
        run.spend(1)
    run.begin_part(STEPS_PER_CAMPAIGN_MAX)
    run.spend(STEPS_MAX - STEPS_PER_CAMPAIGN_MAX)
    with pytest.raises(AllSpentError):
        run.spend(1)


def test_what_was_refused_is_not_charged_to_other_campaigns() -> None:
    run = Engine(program(campaign(_LIGHT)), snapshot(), None).run
    run.begin_part(STEPS_PER_CAMPAIGN_MAX)
    with pytest.raises(PartSpentError):
        run.spend(10 * STEPS_MAX)
    assert run.steps_aside == STEPS_MAX - STEPS_PER_CAMPAIGN_MAX


@pytest.mark.parametrize("wants", [Wants(), Wants(eligibility=True)])
def test_a_campaign_shares_its_part_among_its_coupons(wants: Wants) -> None:
    half = rule(*[["setDiscount", "x", _SQUARE]] * 2, when=["and", ["couponValid"]])
    codes = [CouponFacts(id=number, value=f"C{number}", campaign_id=1) for number in range(1, 5)]
    outcome = evaluate(
        program(campaign(half)), snapshot(coupons={each.value: each for each in codes}, wants=wants)
    )
    assert [effect.effect_type for effect in outcome.effects].count("error") == 1
    refused = [effect.props for effect in outcome.effects if effect.effect_type == "rejectCoupon"]
    assert refused
    assert all("allowed number of steps" in props.details for props in refused)
    assert len(refused) + len([1 for effect in outcome.effects if effect.effect_type == "acceptCoupon"]) == 4


def test_too_many_steps_in_all_end_the_evaluation_with_what_it_has() -> None:
    heavy = [campaign(_HEAVY, number=number) for number in range(1, 4)]
    outcome = evaluate(program(*heavy, campaign(_LIGHT, number=4)), snapshot())
    assert told(outcome) == [("error", 1), ("error", 2)]
    assert "evaluation needed more" in outcome.effects[1].props.message
    assert not outcome.is_complete


def test_too_much_processor_time_ends_the_evaluation() -> None:
    outcome = evaluate(program(campaign(_HEAVY)), snapshot(), is_late=lambda: True)
    assert "processor time" in outcome.effects[0].props.message
    assert not outcome.is_complete


def test_reactions_to_failure_do_not_hide_that_the_steps_are_spent() -> None:
    endless = ["onFailure", False, *[["setDiscount", "x", _SQUARE]] * 12]
    built = program(
        campaign(rule(["setDiscount", "y", 1], when=["and", endless])), campaign(_LIGHT, number=2)
    )
    assert told(evaluate(built, snapshot()))[-2:] == [("error", 1), ("setDiscount", 2)]


def test_the_clock_is_not_asked_for_small_evaluations() -> None:
    def refuse() -> bool:
        raise AssertionError("asked for the time")

    assert evaluate(program(campaign(_LIGHT)), snapshot(), is_late=refuse).triggered == [1]


_THREE = rule(["repeat", 3, ["setDiscount", "x", 1]])


@pytest.mark.parametrize(("limit", "fires"), [(3, True), (2, False)])
def test_too_many_effects_fail_their_rule(limit: int, fires: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.EFFECTS_MAX == 20_000
    monkeypatch.setattr(recorder, "EFFECTS_MAX", limit)
    outcome = evaluate(program(campaign(_THREE, _LIGHT)), snapshot())
    kinds = [effect.effect_type for effect in outcome.effects]
    assert kinds == (["setDiscount"] * 3 + ["error"] if fires else ["error", "setDiscount"])


def test_nothing_is_left_out_in_silence_when_all_room_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "EFFECTS_MAX", 3)
    later = [campaign(_LIGHT, number=number) for number in (2, 3)]
    outcome = evaluate(program(campaign(_THREE), *later), snapshot())
    assert told(outcome) == [("setDiscount", 1)] * 3 + [("error", 2), ("error", 3)]
    assert outcome.triggered == [1]
    assert outcome.is_complete


@pytest.mark.parametrize(("length", "fires"), [(10, True), (11, False)])
def test_too_much_text_in_effects_fails_its_rule(
    length: int, fires: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.EFFECTS_TEXT_LENGTH_MAX == 4_000_000
    # A notification has its type, title and body, and each effect the name of its rule.
    monkeypatch.setattr(recorder, "EFFECTS_TEXT_LENGTH_MAX", len("rule" + "Info" + "t") + 10)
    said = rule(["showNotification", "Info", "t", "b" * length])
    outcome = evaluate(
        program(campaign(said), campaign(rule(["addFreeItem", "s", "f"]), number=2)), snapshot()
    )
    kinds = [effect.effect_type for effect in outcome.effects]
    assert kinds == (["showNotification", "error"] if fires else ["error", "addFreeItem"])


def test_what_a_rule_takes_back_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "EFFECTS_MAX", 3)
    monkeypatch.setattr(recorder, "EFFECTS_TEXT_LENGTH_MAX", 3 * len("rulex"))
    lost = [
        "catch",
        ["noop"],
        ["do", 1, [["x"], ["if", True, ["setDiscount", ["concat", "x", [".", "Nothing"]], 1]]]],
    ]
    failing = rule(["repeat", 3, ["setDiscount", "x", 1]], [".", "Nothing"])
    outcome = evaluate(program(campaign(failing, rule(lost), _THREE)), snapshot())
    assert [effect.effect_type for effect in outcome.effects] == ["setDiscount"] * 3


def test_effects_of_failure_take_room_and_are_left_out_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "EFFECTS_MAX", 2)
    told_off = ["onFailure", False, ["setDiscount", "x", 1]]
    failing = rule(["setDiscount", "y", 1], when=["and", ["or", told_off, told_off, told_off]])
    outcome = evaluate(program(campaign(failing), campaign(_LIGHT, number=2)), snapshot())
    assert told(outcome) == [("setDiscount", 1)] * 2 + [("error", 2)]


def test_a_group_that_chooses_keeps_what_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "EFFECTS_MAX", 3)
    groups = (
        GroupFacts(id=8, children=(("group", 9),)),
        GroupFacts(
            id=9, mode="highestDiscount", scope="cartItem", children=(("campaign", 1), ("campaign", 2))
        ),
    )
    first, second = (campaign(_THREE, number=number, group_id=9) for number in (1, 2))
    outcome = evaluate(program(first, second, groups=groups), snapshot())
    assert told(outcome) == [("setDiscount", 1)] * 3 + [("error", 2)]
    assert outcome.triggered == [1]


def test_errors_are_told_as_long_as_there_is_room_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.ERRORS_TOLD_MAX == 1_000
    monkeypatch.setattr(recorder, "ERRORS_TOLD_MAX", 3)
    wrong = rule(["setDiscount", "x", ["toNumber", "y" * 2 * limits.ERROR_LENGTH_MAX]])
    unknown = rule(["setDiscount", "x", ["z" * 2 * limits.ERROR_LENGTH_MAX]])
    outcome = evaluate(program(campaign(unknown, wrong, wrong, wrong, _LIGHT)), snapshot())
    assert [effect.effect_type for effect in outcome.effects] == ["error"] * 3 + ["setDiscount"]
    assert len(outcome.effects[0].props.message) == limits.ERROR_LENGTH_MAX
    assert outcome.effects[2].props.message == "further errors of this evaluation are not told"
