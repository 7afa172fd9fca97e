"""Rules without a condition in campaigns with codes (lessons.md B50)."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Literal
from tercel.rules.lint.gifts import gift_of
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, percent, rule, ruleset
from tercel.rules.lint.view import RuleView, View

_QUESTIONS = ("couponValid", "referralValid")


def _find(view: View) -> Iterator[tuple[str, str]]:
    asks = any(any(each.calls(question)) for each in view.rules for question in _QUESTIONS)
    if not (asks or view.setting.has_codes):
        return
    for each in view.rules:
        if _is_unconditional(each) and any(gift_of(effect) for effect in each.plain_effects()):
            yield (
                each.at,
                (
                    "the campaign has codes, but this rule gives to everybody without asking for one; add the condition "
                    "`couponValid` or `referralValid`, or move the rule to a campaign without codes"
                ),
            )


def _is_unconditional(view: RuleView) -> bool:
    return all(isinstance(each, Literal) and each.value is True for each in view.conditions)


_DISCOUNT = ["setDiscount", "ten percent", ["*", TOTAL, percent(10)]]

LINT = Lint(
    code="unconditional",
    title="A gift without condition in a campaign with codes",
    why="A rule without conditions fires for every session, with or without a code. In a campaign with codes that is "
    "seldom meant, and expensive: forgetting one condition turns a personal code into a discount for everybody.",
    find=_find,
    example=ruleset(
        rule(ALWAYS, _DISCOUNT),
        rule(["and", ["couponValid"]], ["showNotification", "Offer", "Your code is accepted"]),
    ),
    counterexample=ruleset(
        rule(["and", ["couponValid"]], _DISCOUNT),
        rule(ALWAYS, ["showNotification", "Info", "Do you have a code?"]),
    ),
)
