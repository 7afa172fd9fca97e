"""Rules that read a code without asking whether it is valid (behaviour/language 12)."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Literal, Node, Read, walk
from tercel.rules.lint.lint import ALWAYS, Lint, rule, ruleset
from tercel.rules.lint.view import RuleView, View

_CODES = {"coupon": "couponValid", "referral": "referralValid"}


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        for code, question in _CODES.items():
            if any(each.calls(question)):
                continue
            found = next((node.at for node in _reads(each, code)), None)
            if found is not None:
                yield (
                    found,
                    f"the rule reads the {code} without asking whether it is valid; add the condition `{question}`",
                )


def _reads(view: RuleView, code: str) -> Iterator[Read]:
    for root in (*view.conditions, *view.effects):
        for node in walk(root):
            if isinstance(node, Read) and node.segments and _names(node.segments[0], code, view):
                yield node


def _names(segment: Node, code: str, view: RuleView) -> bool:
    if not isinstance(segment, Literal) or not isinstance(segment.value, str):
        return False
    return segment.value.lower() == code and segment.value not in view.scope.names


LINT = Lint(
    code="codeUnchecked",
    title="A code is read without being checked",
    why="`Coupon` and `Referral` are those of the session, whether or not they are expired, used up or meant for somebody "
    "else. Without `couponValid` or `referralValid` in the rule they pay anyway, and are not redeemed.",
    find=_find,
    example=ruleset(rule(ALWAYS, ["setDiscount", "gift card", [".", "Coupon", "DiscountRemainder"]])),
    counterexample=ruleset(
        rule(["and", ["couponValid"]], ["setDiscount", "gift card", [".", "Coupon", "DiscountRemainder"]])
    ),
)
