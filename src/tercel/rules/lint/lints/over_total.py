"""Amounts that can be more than the session."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tercel.language.values import decimal_text
from tercel.rules.lint.gifts import GIFTS, constant_amount
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.view import RuleView, View


def _find(view: View) -> Iterator[tuple[str, str]]:
    if view.setting.caps_discounts:
        return
    for each in view.rules:
        if not each.is_understood:
            continue
        for effect in each.plain_effects():
            amount = constant_amount(effect, GIFTS[effect.name]) if effect.name == "setDiscount" else None
            if amount is not None and amount > 0 and not _is_asked_for(each, amount):
                yield (
                    effect.at,
                    (
                        f"the discount of {decimal_text(amount)} can be more than the session costs; ask for a total of at "
                        "least as much, or give the `min` of it and `Session.Total`"
                    ),
                )


def _is_asked_for(view: RuleView, amount: Decimal) -> bool:
    """Whether some condition demands at least that much of anything: what of is left to the author."""
    bounds = (known.numbers.low for known in view.facts().known.values())
    return any(low is not None and low >= amount for low in bounds)


LINT = Lint(
    code="overTotal",
    title="The discount can be more than the session costs",
    why="Discounts are not cut to what they are taken from unless the application says so. A fixed amount without a "
    "condition that demands at least as much makes small sessions negative.",
    find=_find,
    example=ruleset(rule(["and", ["couponValid"]], ["setDiscount", "ten", 10])),
    counterexample=ruleset(
        rule(["and", [">=", TOTAL, 30]], ["setDiscount", "ten", 10]),
        rule(ALWAYS, ["setDiscount", "at most all", ["min", 10, TOTAL]]),
    ),
)
