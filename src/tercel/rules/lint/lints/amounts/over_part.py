"""Fixed amounts off a part of the session that may cost less."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.values.values import decimal_text
from tercel.rules.lint.gifts import constant_amount
from tercel.rules.lint.lint import ALWAYS, ITEMS, Lint, rule, ruleset
from tercel.rules.lint.view import View

#: What the effects take their amount from.
_PARTS = {
    "setDiscountPerItemProRata": "the items cost together",
    "setDiscountPerBundleProRata": "the bundle costs",
    "setDiscountPerAdditionalCost": "the additional cost is",
    "setDiscountPerAdditionalCostPerItem": "the additional cost of the item is",
}


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        if not each.is_understood:
            continue
        for effect in each.plain_effects():
            part = _PARTS.get(effect.name)
            amount = constant_amount(effect) if part else None
            if amount is not None and amount > 0 and not each.demands(amount):
                yield (
                    effect.at,
                    (
                        f"the discount of {decimal_text(amount)} can be more than {part}; give the `min` of it and that, or "
                        "ask for at least as much"
                    ),
                )


_HATS = ["filter", ITEMS, [["Item"], ["=", [".", "Item", "Category"], "hats"]]]
_PRICE_OF_HATS = ["sum", ["map", _HATS, [["Item"], [".", "Item", "Price"]]]]

LINT = Lint(
    code="overPart",
    title="The discount can be more than what it is taken from",
    why="A fixed amount is spread over a filtered list of items, a bundle or an additional cost without being cut to what "
    "these cost. With 12 off hats, a cart with one hat of 7.50 and a chair gets 4.50 off the chair.",
    find=_find,
    is_eased_by_caps=True,
    example=ruleset(rule(ALWAYS, ["setDiscountPerItemProRata", "twelve off hats", _HATS, 12])),
    counterexample=ruleset(
        rule(
            ALWAYS,
            ["setDiscountPerItemProRata", "up to twelve off hats", _HATS, ["min", 12, _PRICE_OF_HATS]],
        ),
        rule(
            ["and", [">=", _PRICE_OF_HATS, 20]],
            ["setDiscountPerItemProRata", "twelve off hats", _HATS, 12],
        ),
    ),
)
