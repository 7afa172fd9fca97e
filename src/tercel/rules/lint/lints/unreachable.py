"""Rules that never fire."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.proof.facts import assume
from tercel.rules.lint.proof.outcomes import can_hold
from tercel.rules.lint.view import RuleView, View


def never_holding(view: RuleView) -> tuple[int, bool] | None:
    """Return the index of the first condition that cannot hold when the rule is to fire, and whether it cannot hold
    even alone; None if all can."""
    if not view.is_understood:
        return None
    return view.effort.once(("never holding", view.at), lambda: _never_holding(view))


def _never_holding(view: RuleView) -> tuple[int, bool] | None:
    facts = view.no_facts()
    for index, condition in enumerate(view.conditions):
        if not can_hold(facts, condition):
            return index, not can_hold(view.no_facts(), condition)
        facts = assume(facts, condition)
    for index, condition in enumerate(view.conditions):
        if not can_hold(view.facts(without=index), condition):
            return index, False
    return None


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        found = never_holding(each)
        if found is None:
            continue
        index, is_alone = found
        pointer = each.rule.conditions[index].at
        if is_alone:
            yield pointer, "the condition never holds, so the rule never fires; correct it or remove the rule"
        else:
            yield (
                pointer,
                (
                    "the condition never holds together with the other conditions, so the rule never fires; "
                    "correct one of them, or use `or` if either is enough"
                ),
            )


LINT = Lint(
    code="unreachable",
    title="The rule never fires",
    why="Its conditions contradict each other, or one of them is false or fails in every evaluation: ranges that do "
    "not meet, two different values of one attribute, times that do not overlap, a condition and its opposite, a "
    "list of nothing. Only comparisons with constants are understood, and conditions that are written alike.",
    find=_find,
    example=ruleset(
        rule(["and", [">=", TOTAL, 100], ["<", TOTAL, 50]], ["setDiscount", "ten", 10]),
        rule(["and", ["couponValid"], ["not", ["couponValid"]]], ["setDiscount", "ten", 10]),
    ),
    counterexample=ruleset(
        rule(["and", [">=", TOTAL, 50], ["<", TOTAL, 100]], ["setDiscount", "ten", 10]),
        rule(ALWAYS, ["showNotification", "Info", "Free shipping from 50"]),
    ),
)
