"""Conditions that hold in every evaluation."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Literal
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, percent, rule, ruleset
from tercel.rules.lint.proof.outcomes import always_holds
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        for written, condition in zip(each.rule.conditions, each.conditions, strict=True):
            is_plain = isinstance(written, Literal)  # `true` says itself that it always holds
            if each.is_understood and not is_plain and always_holds(each.no_facts(), condition):
                yield (
                    written.at,
                    "the condition always holds; correct it, or remove it if nothing is to be asked",
                )


LINT = Lint(
    code="alwaysTrue",
    title="The condition always holds",
    why="It compares constants, or asks for something and its opposite, so that no request can make it false or "
    "fail. The plain `true` of a rule that always triggers is not meant.",
    find=_find,
    example=ruleset(rule(["and", [">", 100, 50]], ["setDiscount", "share", ["*", TOTAL, percent(10)]])),
    counterexample=ruleset(
        rule(["and", [">", TOTAL, 50]], ["setDiscount", "share", ["*", TOTAL, percent(10)]]),
        rule(ALWAYS, ["showNotification", "Info", "Welcome"]),
    ),
)
