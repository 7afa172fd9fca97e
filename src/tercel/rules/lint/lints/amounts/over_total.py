"""Amounts that can be more than the session."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.values.values import decimal_text
from tercel.rules.lint.gifts import constant_amount
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        if not each.is_understood:
            continue
        for effect in each.plain_effects():
            amount = constant_amount(effect) if effect.name == "setDiscount" else None
            if amount is not None and amount > 0 and not each.demands(amount):
                yield (
                    effect.at,
                    (
                        f"the discount of {decimal_text(amount)} can be more than the session costs; ask for a total of at "
                        "least as much, or give the `min` of it and `Session.Total`"
                    ),
                )


LINT = Lint(
    code="overTotal",
    title="The discount can be more than the session costs",
    why="Discounts are not cut to what they are taken from unless the application says so. A fixed amount without a "
    "condition that demands at least as much makes small sessions negative.",
    find=_find,
    is_eased_by_caps=True,
    example=ruleset(rule(["and", ["couponValid"]], ["setDiscount", "ten", 10])),
    counterexample=ruleset(
        rule(["and", [">=", TOTAL, 30]], ["setDiscount", "ten", 10]),
        rule(ALWAYS, ["setDiscount", "at most all", ["min", 10, TOTAL]]),
    ),
)
