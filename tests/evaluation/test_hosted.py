"""Functions that the product computes: each is a method of the host, and what some of them ask before they do anything."""

from __future__ import annotations

import inspect
from decimal import Decimal
from typing import Any

import pytest

from tercel.base.limits import REPEAT_MAX
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.host.host import EvaluationHost
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.snapshot import AchievementFacts, LimitFacts, LoyaltyProgramFacts, ProfileFacts
from tercel.language.catalogue.catalogue import Function
from tercel.language.functions.all import CATALOGUE
from tercel.language.running.hosted import method_of
from tests.evaluation.support import NOW, campaign, program, rule, snapshot
from tests.support.loyalty import club

HOSTED = [function for name, function in CATALOGUE.items() if function.is_hosted and name == function.name]
LIMIT = (LimitFacts(action="setDiscount", limit=Decimal(5)),)


def _evaluate(*effects: Any, when: Any = None, limits: tuple[LimitFacts, ...] = (), **facts: Any) -> Outcome:
    return evaluate(program(campaign(rule(*effects, when=when), limits=limits)), snapshot(**facts))


def _types(outcome: Outcome) -> list[str]:
    return [effect.effect_type for effect in outcome.effects]


@pytest.mark.parametrize("function", HOSTED, ids=lambda function: function.name)
def test_the_host_takes_what_the_signature_says(function: Function) -> None:
    method = getattr(EvaluationHost, method_of(function.name))
    _, *parameters = inspect.signature(method).parameters.values()
    assert len(parameters) == function.arity_max
    left_out = [parameter.default is not inspect.Parameter.empty for parameter in parameters]
    assert left_out == [argument.is_optional for argument in function.arguments]


@pytest.mark.parametrize(
    ("condition", "limits", "holds"),
    [
        (["budgetAvailable", "setDiscount"], LIMIT, True),
        (["budgetAvailable", "setDiscount"], (LimitFacts(action="setDiscount", limit=Decimal(0)),), False),
        (["budgetAvailable", "setDiscount"], (), True),
        (["budgetEnoughFor", "setDiscount", 5], LIMIT, True),
        (["budgetEnoughFor", "setDiscount", 6], LIMIT, False),
        (["budgetEnoughFor", "setDiscount", 6], (), True),
        (["=", ["budgetRemaining", "setDiscount"], 5], LIMIT, True),
        (["catch", True, ["=", ["budgetRemaining", "setDiscount"], 5]], (), True),
        (["=", ["budgetRemaining", "setDiscount"], 5], (), False),
    ],
)
def test_what_a_budget_leaves(condition: Any, limits: tuple[LimitFacts, ...], holds: bool) -> None:
    outcome = _evaluate(["showNotification", "Info", "yes"], when=["and", condition], limits=limits)
    assert _types(outcome) == ["showNotification"] * holds


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("notStarted", [False, False, False]),
        ("inProgress", [True, True, False]),
        ("completed", [True, False, True]),
        ("expired", [True, False, False]),
    ],
)
def test_what_state_an_achievement_is_in(state: str, found: list[bool]) -> None:
    achievements = {"a": AchievementFacts(id=3, name="a", target=Decimal(2), state=state)}
    for name, holds in zip(("Started", "InProgress", "Completed"), found, strict=True):
        outcome = _evaluate(
            ["showNotification", "Info", "yes"],
            when=["and", [f"achievement{name}", 3]],
            achievements=achievements,
        )
        assert _types(outcome) == ["showNotification"] * holds


def test_a_free_item_is_given_in_whole_pieces_and_not_too_often() -> None:
    assert _types(_evaluate(["addFreeItem", "A", "Mug", ["+", 0, Decimal("2.9")]])) == ["addFreeItem"] * 2
    assert _types(_evaluate(["addFreeItem", "A", "Mug", REPEAT_MAX])) == ["addFreeItem"] * REPEAT_MAX
    assert _types(_evaluate(["addFreeItem", "A", "Mug", REPEAT_MAX + 1])) == []


def test_points_are_extended_by_a_period_only() -> None:
    facts = {
        "profile": ProfileFacts(integration_id="p", id=5, created=NOW),
        "loyalty": {"p": LoyaltyProgramFacts(program=club(1, "p"))},
    }
    extend = ["extendLoyaltyPointsExpiryDate", "p", ""]
    assert _types(_evaluate([*extend, "30D"], **facts)) == ["extendLoyaltyPointsExpiryDate"]
    assert _types(_evaluate([*extend, ["concat", "lo", "ng"]], **facts)) == []
