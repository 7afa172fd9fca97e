"""Conditions that others imply."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Call, Literal, Node, walk
from tercel.rules.lint.lint import TOTAL, Lint, rule, ruleset
from tercel.rules.lint.lints.unreachable import never_holding
from tercel.rules.lint.proof.claims import claims_of
from tercel.rules.lint.proof.facts import assume
from tercel.rules.lint.proof.outcomes import always_holds
from tercel.rules.lint.view import RuleView, View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        if each.is_understood and never_holding(each) is None:
            yield from _redundant(each)


def _redundant(view: RuleView) -> Iterator[tuple[str, str]]:
    before = view.no_facts()
    for index, condition in enumerate(view.conditions):
        if not _is_meant_anyway(condition) and not always_holds(view.no_facts(), condition):
            pointer = view.rule.conditions[index].at
            if always_holds(before, condition):
                yield (
                    pointer,
                    "the conditions before imply this one; remove it, or correct the weaker of them",
                )
            elif _is_comparison(condition) and always_holds(view.facts(without=index), condition):
                yield (
                    pointer,
                    "the other conditions imply this one; remove it, or correct the stronger of them",
                )
        before = assume(before, condition)


def _is_comparison(condition: Node) -> bool:
    return isinstance(condition, Call) and bool(claims_of(condition))


def _is_meant_anyway(condition: Node) -> bool:
    """Plain constants ask nothing, and asking for a code also redeems it."""
    return isinstance(condition, Literal) or any(
        isinstance(part, Call) and part.name in {"couponValid", "referralValid"} for part in walk(condition)
    )


LINT = Lint(
    code="redundant",
    title="The condition is implied by others",
    why="Whenever the other conditions of the rule hold, this one does too, so that it decides nothing. Often one of the "
    "numbers is wrong.",
    find=_find,
    example=ruleset(rule(["and", [">=", TOTAL, 100], [">=", TOTAL, 50]], ["setDiscount", "ten", 10])),
    counterexample=ruleset(rule(["and", [">=", TOTAL, 100], ["<", TOTAL, 500]], ["setDiscount", "ten", 10])),
)
