"""Which variant of an experiment runs for whom (behaviour/experiments 2)."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import ApplicationFacts, CampaignFacts, ExperimentFacts, VariantFacts
from tercel.evaluation.program.experiments import allocate, allocations
from tercel.evaluation.program.program import Program, build_program
from tercel.evaluation.snapshot import CartLine, CouponFacts, ProfileFacts, SessionFacts, Snapshot, Wants

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def _ruleset(amount: int) -> dict[str, Any]:
    rule = {"title": "r", "condition": ["and", True], "effects": [["setDiscount", f"{amount}", amount]]}
    return {"rules": [rule], "bindings": []}


def _experiment(first: int = 50, *, is_external: bool = False) -> ExperimentFacts:
    variants = (
        VariantFacts(id=1, weight=first, ruleset_id=11, ruleset=_ruleset(1)),
        VariantFacts(id=2, weight=100 - first, ruleset_id=12, ruleset=_ruleset(2)),
    )
    return ExperimentFacts(id=7, is_external=is_external, variants=variants)


def _program(experiment: ExperimentFacts, **fields: Any) -> Program:
    campaign = CampaignFacts(id=5, ruleset_id=11, ruleset=_ruleset(1), experiment=experiment, **fields)
    return build_program(ApplicationFacts(id=1), [campaign])


def _snapshot(
    session: str = "s", profile: str | None = None, variants: Mapping[int, int] | None = None
) -> Snapshot:
    line = CartLine(sku="A", quantity=1, price=Decimal(10))
    return Snapshot(
        now=NOW,
        session=SessionFacts(integration_id=session, created=NOW, updated=NOW, lines=[line]),
        profile=None if profile is None else ProfileFacts(integration_id=profile, created=NOW),
        variants=variants or {},
        wants=Wants(eligibility=True),
    )


@pytest.mark.parametrize("first", [1, 30, 50, 99])
def test_customers_spread_as_the_weights_say(first: int) -> None:
    experiment = _experiment(first)
    found = Counter(allocate(experiment, _snapshot(profile=f"p{index}")) for index in range(4000))
    assert set(found) == {1, 2}
    assert abs(found[1] / 40 - first) < 3


def test_a_customer_keeps_the_variant_whatever_the_session() -> None:
    experiment = _experiment()
    assert len({allocate(experiment, _snapshot(f"s{index}", "ann")) for index in range(50)}) == 1


def test_sessions_without_a_profile_are_told_apart_by_themselves() -> None:
    experiment = _experiment()
    found = {allocate(experiment, _snapshot(f"s{index}")) for index in range(50)}
    assert found == {1, 2}


def test_experiments_are_independent_of_each_other() -> None:
    one, other = _experiment(), _experiment()
    other.id = 8
    pairs = {
        (allocate(one, snapshot), allocate(other, snapshot))
        for snapshot in (_snapshot(profile=f"p{index}") for index in range(100))
    }
    assert len(pairs) == 4


@pytest.mark.parametrize("is_external", [False, True])
@pytest.mark.parametrize("variant", [1, 2])
def test_the_variant_that_the_session_fixes_runs(variant: int, is_external: bool) -> None:
    program = _program(_experiment(is_external=is_external))
    outcome = evaluate(program, _snapshot(variants={7: variant}))
    (effect,) = outcome.effects
    assert (effect.props.value, effect.ruleset_id, effect.experiment_id) == (variant, 10 + variant, 7)
    assert outcome.eligibility is not None
    shown = outcome.eligibility[0].experiment
    assert shown is not None
    assert (shown.id, shown.variant_id) == (7, variant)


@pytest.mark.parametrize("variant", [1, 2])
def test_a_refused_code_names_the_rules_of_the_variant(variant: int) -> None:
    snapshot = _snapshot(variants={7: variant})
    snapshot.coupons = {"CODE": CouponFacts(id=3, campaign_id=5, value="CODE")}
    refusal = evaluate(_program(_experiment()), snapshot).effects[-1]
    assert (refusal.effect_type, refusal.ruleset_id, refusal.experiment_id) == (
        "rejectCoupon",
        10 + variant,
        7,
    )


def test_without_a_word_of_the_session_an_external_experiment_does_not_run() -> None:
    program = _program(_experiment(is_external=True))
    outcome = evaluate(program, _snapshot(profile="ann"))
    assert outcome.effects == []
    assert outcome.eligibility is not None
    assert outcome.eligibility[0].experiment is None
    assert allocations(program, _snapshot(profile="ann")) == {}


def test_nobody_to_tell_apart_has_no_variant() -> None:
    assert allocate(_experiment(), Snapshot(now=NOW)) is None


def test_a_variant_that_is_gone_is_given_anew() -> None:
    experiment = _experiment()
    assert allocate(experiment, _snapshot(variants={7: 99})) == allocate(experiment, _snapshot())


@pytest.mark.parametrize(("state", "count"), [("enabled", 1), ("disabled", 0)])
def test_only_running_experiments_give_variants(state: str, count: int) -> None:
    program = _program(_experiment(), state=state)
    assert len(allocations(program, _snapshot())) == count
    assert allocations(program, _snapshot(variants={3: 4})).items() >= {3: 4}.items()


def test_an_experiment_without_variants_does_not_run() -> None:
    campaign = CampaignFacts(id=5, experiment=ExperimentFacts(id=7))
    program = build_program(ApplicationFacts(id=1), [campaign])
    assert evaluate(program, _snapshot()).effects == []
