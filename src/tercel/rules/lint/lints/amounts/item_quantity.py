"""Quantities in effects that are given for each unit (behaviour/evaluation 7)."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.functions.all import find_function
from tercel.language.tree import Call, Lambda, Literal, Read, walk
from tercel.rules.lint.lint import ALWAYS, ITEMS, Lint, percent, rule, ruleset
from tercel.rules.lint.view import View


def _find(view: View) -> Iterator[tuple[str, str]]:
    if not view.setting.is_flattened:
        return
    for each in view.rules:
        for effect in each.effects:
            for call in walk(effect):
                if isinstance(call, Call) and _is_per_item(call):
                    for at in _quantities(call):
                        yield (
                            at,
                            "the effect is given for each unit, and `Item.Quantity` is always 1 there; leave it out",
                        )


def _is_per_item(call: Call) -> bool:
    function = find_function(call.name)
    return function is not None and function.is_effect and any(each.is_block for each in function.arguments)


def _quantities(call: Call) -> Iterator[str]:
    for block in call.arguments:
        if not isinstance(block, Lambda):
            continue
        for node in walk(block.body):
            match node:
                case Read(segments=(Literal(value=name), Literal(value=str() as field))):
                    if name == block.parameter and field.lower() == "quantity":
                        yield node.at


_PRICE = [".", "Item", "Price"]

LINT = Lint(
    code="itemQuantity",
    title="A quantity in an effect for each unit",
    why="Every unit of the cart is an item of its own, so that an amount for each item is already given as often as the "
    "quantity says. Not said of applications that keep lines together.",
    find=_find,
    example=ruleset(
        rule(
            ALWAYS,
            [
                "setDiscountPerItem",
                "ten percent",
                ITEMS,
                [["Item"], ["*", _PRICE, [".", "Item", "Quantity"], percent(10)]],
            ],
        )
    ),
    counterexample=ruleset(
        rule(ALWAYS, ["setDiscountPerItem", "ten percent", ITEMS, [["Item"], ["*", _PRICE, percent(10)]]])
    ),
)
