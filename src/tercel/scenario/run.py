"""The pure driver: a case evaluated without any I/O."""

from __future__ import annotations

from typing import Any

from tercel.base.codec import decode_any, encode
from tercel.base.numbers import ZERO
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.evaluation.entities.session import Session
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.outcome import Outcome, RuleFailure
from tercel.evaluation.program.program import Program
from tercel.evaluation.snapshot import Snapshot
from tercel.rules.check import check_ruleset
from tercel.scenario.cases import Case
from tercel.scenario.compare import Answer, differences
from tercel.scenario.facts import build_case_program, build_case_snapshot


def run_case(case: Case) -> list[str]:
    """Evaluate a case; what differs from its expectations, or which rules could not be saved, one line each."""
    problems = [
        f"campaign {index}: {finding.pointer}: {finding.message}"
        for index, campaign in enumerate(case.campaigns)
        for finding in check_ruleset(campaign.get("ruleset") or {}, RULE_SCOPE)
    ]
    if problems:
        return problems
    snapshot = build_case_snapshot(case)
    outcome = evaluate(build_case_program(case), snapshot)
    found = differences(case, _answer(snapshot, outcome))
    return [*found, *map(_reason, outcome.failures)] if found else []


def _reason(failure: RuleFailure) -> str:
    """Explain in words why a rule did not fire."""
    rule = f"campaign {failure.campaign_id - 1}, rule {failure.rule_index} (“{failure.rule_name}”)"
    return f"{rule} did not fire: {failure.details or 'one of its effects cannot be given'}"


def answer_case(case: Case, program: Program) -> Answer:
    """Evaluate a case."""
    snapshot = build_case_snapshot(case)
    return _answer(snapshot, evaluate(program, snapshot))


def _answer(snapshot: Snapshot, outcome: Outcome) -> Answer:
    total = ZERO
    if snapshot.session is not None:
        total = Session(snapshot.session, is_flattened=True).total
    return Answer(
        effects=plain_effects(outcome), failures=list(map(_failure, outcome.failures)), session_total=total
    )


def plain_effects(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the effects as JSON data, as an answer has them."""
    effects: list[dict[str, Any]] = decode_any(encode(outcome.effects))
    return effects


def _failure(failure: RuleFailure) -> dict[str, Any]:
    shown: dict[str, Any] = {"campaign": failure.campaign_id - 1, "ruleIndex": failure.rule_index}
    if failure.condition_index is not None:
        shown["conditionIndex"] = failure.condition_index
    if failure.effect_index is not None:
        shown["effectIndex"] = failure.effect_index
    if failure.coupon_value is not None:
        shown["coupon"] = failure.coupon_value
    return shown
