"""Points for each unit, and free units that earn them too."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.catalogue.budgets import POINTS
from tercel.language.compiler.reads import static_path
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Lambda, Node, Read, walk
from tercel.rules.lint.gifts import amount_index, constant_amount
from tercel.rules.lint.lint import ALWAYS, ITEMS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.view import RuleView, View


def _find(view: View) -> Iterator[tuple[str, str]]:
    giving = next(
        (each for each in view.rules if any(_gives(effect) for effect in each.plain_effects())), None
    )
    if giving is None:
        return
    for each in view.rules:
        for effect in each.plain_effects():
            if _earns_by_unit(effect, each):
                yield (
                    effect.at,
                    (
                        f"the points are for each unit, and the free ones of “{giving.rule.title}” come into the cart and earn too; "
                        "give them for items with a price above 0"
                    ),
                )


def _gives(effect: Call) -> bool:
    return effect.name == "addFreeItem"


def _earns_by_unit(effect: Call, view: RuleView) -> bool:
    """Tell whether an effect gives the more points the more units there are in the cart, be they paid or not."""
    index = amount_index(effect, POINTS)
    if index is None:
        return False
    amount = effect.arguments[index]
    if isinstance(amount, Lambda):
        return (constant_amount(effect) or 0) > 0 and _is_whole_cart(effect.arguments[index - 1], view.scope)
    return any(
        isinstance(node, Call) and node.name == "count" and _is_whole_cart(node.arguments[0], view.scope)
        for node in walk(amount)
    )


def _is_whole_cart(node: Node, scope: Scope) -> bool:
    path = static_path(node, scope) if isinstance(node, Read) else None
    return path is not None and path.attributes == ("cart_items",)


_GIFT = rule(["and", [">=", TOTAL, 50]], ["addFreeItem", "MUG", "A mug"])
_PAID = ["filter", ITEMS, [["Item"], [">", [".", "Item", "Price"], 0]]]

LINT = Lint(
    code="rewardEarns",
    title="Free items earn points",
    why="A free item is put into the cart and comes back as a unit with the next request. Points for each unit, whatever it costs, are then given for it too, "
    "and a customer who takes a reward has more points than one who does not. Points by the price of an item are left alone.",
    find=_find,
    example=ruleset(_GIFT, rule(ALWAYS, ["addLoyaltyPointsPerItem", "club", "Earned", ITEMS, [["Item"], 1]])),
    counterexample=ruleset(
        _GIFT, rule(ALWAYS, ["addLoyaltyPointsPerItem", "club", "Earned", _PAID, [["Item"], 1]])
    ),
)
