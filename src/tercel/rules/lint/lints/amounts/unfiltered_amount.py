"""Fixed amounts off every item of the cart."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.compiler.reads import static_path
from tercel.language.running.scope import Scope
from tercel.language.tree import Node, Read
from tercel.language.values.values import decimal_text
from tercel.rules.lint.gifts import constant_amount
from tercel.rules.lint.lint import ALWAYS, ITEMS, Lint, rule, ruleset
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        if any(each.calls("every")):
            continue
        for effect in each.plain_effects():
            if effect.name != "setDiscountPerItem" or len(effect.arguments) < 3:
                continue
            amount = constant_amount(effect)
            if amount is not None and amount > 0 and _is_whole_cart(effect.arguments[1], each.scope):
                yield (
                    effect.at,
                    (
                        f"every item of the cart gets {decimal_text(amount)} off, whatever it costs; filter the items, or "
                        "give the `min` of it and `Item.Price`"
                    ),
                )


def _is_whole_cart(node: Node, scope: Scope) -> bool:
    path = static_path(node, scope) if isinstance(node, Read) else None
    return path is not None and path.attributes == ("cart_items",)


LINT = Lint(
    code="unfilteredAmount",
    title="A fixed amount off every item",
    why="The effect is given once for every unit in the cart, and is not cut to its price: three pairs of socks get the "
    "amount three times. Rules that ask something of every item are left alone.",
    find=_find,
    is_eased_by_caps=True,
    example=ruleset(rule(ALWAYS, ["setDiscountPerItem", "five", ITEMS, [["Item"], 5]])),
    counterexample=ruleset(
        rule(
            ALWAYS,
            ["setDiscountPerItem", "up to five", ITEMS, [["Item"], ["min", 5, [".", "Item", "Price"]]]],
        ),
        rule(
            ALWAYS,
            [
                "setDiscountPerItem",
                "five",
                ["filter", ITEMS, [["Item"], [">=", [".", "Item", "Price"], 20]]],
                [["Item"], 5],
            ],
        ),
    ),
)
