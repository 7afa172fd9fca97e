"""The pure driver: a case evaluated without any I/O."""

from __future__ import annotations

from typing import Any

from tercel.base.codec import decode_any, encode
from tercel.base.numbers import ZERO
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.outcome import Outcome, RuleFailure
from tercel.evaluation.program import Program
from tercel.evaluation.scenario.cases import Case
from tercel.evaluation.scenario.compare import Answer, differences
from tercel.evaluation.scenario.facts import build_case_program, build_case_snapshot
from tercel.evaluation.session import Session


def run_case(case: Case) -> list[str]:
    """Evaluate a case; what differs from its expectations, and which campaigns cannot run, one line each."""
    program = build_case_program(case)
    problems = [f"campaign {number - 1}: {problem}" for number, problem in program.problems.items()]
    return problems + differences(case, answer_case(case, program))


def answer_case(case: Case, program: Program) -> Answer:
    """Evaluate a case."""
    snapshot = build_case_snapshot(case)
    outcome = evaluate(program, snapshot)
    total = ZERO
    if snapshot.session is not None:
        total = Session(snapshot.session, is_flattened=True).total
    return Answer(
        effects=plain_effects(outcome), failures=list(map(_failure, outcome.failures)), session_total=total
    )


def plain_effects(outcome: Outcome) -> list[dict[str, Any]]:
    """The effects as they would travel."""
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
