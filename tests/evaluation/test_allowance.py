"""Limits of one evaluation: steps, time, effects."""

from __future__ import annotations

import pytest

from tercel.base import limits
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.host import recorder
from tests.evaluation.support import campaign, program, rule, snapshot

_ITEMS = ["list", *range(1, 200)]
_SQUARE = [
    "countIf",
    _ITEMS,
    [["a"], ["exists", _ITEMS, [["b"], ["=", [".", "a"], ["*", [".", "b"], 1000]]]]],
]
_HEAVY = rule(*[["setDiscount", "x", _SQUARE]] * 12)
_LIGHT = rule(["setDiscount", "y", 1])


def test_too_many_steps_end_the_evaluation_with_what_it_has() -> None:
    built = program(campaign(_LIGHT), campaign(_HEAVY, _LIGHT, number=2), campaign(_LIGHT, number=3))
    outcome = evaluate(built, snapshot())
    assert [effect.effect_type for effect in outcome.effects] == ["setDiscount", "error"]
    assert "number of steps" in outcome.effects[1].props.message
    assert outcome.triggered == [1]


def test_too_much_time_ends_the_evaluation() -> None:
    outcome = evaluate(program(campaign(_HEAVY)), snapshot(), is_late=lambda: True)
    assert "allowed time" in outcome.effects[0].props.message


def test_the_clock_is_not_asked_for_small_evaluations() -> None:
    def refuse() -> bool:
        raise AssertionError("asked for the time")

    assert evaluate(program(campaign(_LIGHT)), snapshot(), is_late=refuse).triggered == [1]


@pytest.mark.parametrize(("limit", "fires"), [(3, True), (2, False)])
def test_too_many_effects(limit: int, fires: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.EFFECTS_MAX == 20_000
    monkeypatch.setattr(recorder, "EFFECTS_MAX", limit)
    outcome = evaluate(program(campaign(rule(["repeat", 3, ["setDiscount", "x", 1]]))), snapshot())
    assert bool(outcome.triggered) is fires
