"""Discounts of more than the whole."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.catalogue.budgets import DISCOUNTS
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Lambda, Node
from tercel.language.values.values import decimal_text
from tercel.rules.lint.amounts import Share, share_of
from tercel.rules.lint.gifts import amount_index
from tercel.rules.lint.lint import ALWAYS, ITEMS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.proof.outcomes import inside
from tercel.rules.lint.view import RuleView, View

_BASES = {
    ("Session", "total"), ("Session", "cart_item_total"), ("Session", "additional_cost_total"),
    ("Session", "discounted_total"), ("Session", "discounted_cart_item_total"),
    ("Item", "price"), ("Item", "discounted_price"), ("Item", "total"), ("Bundle", "total"),
}  # fmt: skip


def discount_share(effect: Call, view: RuleView) -> Share | None:
    """Return the discount of an effect as a share of an amount of the session, item or bundle; None if it is not one."""
    index = amount_index(effect, DISCOUNTS)
    if index is None:
        return None
    node: Node = effect.arguments[index]
    scope: Scope = view.scope
    if isinstance(node, Lambda):
        scope, node = inside(view.no_facts(), effect, index).scope, node.body
    share = share_of(node, scope)
    return share if share and share[:2] in _BASES else None


def _find(view: View) -> Iterator[tuple[str, str]]:
    for each in view.rules:
        for effect in each.plain_effects():
            share = discount_share(effect, each)
            if share and share.factor > 1:
                percent = decimal_text(share.factor * 100)
                yield (
                    effect.at,
                    f"the discount is {percent} % of what it is taken from; give at most 100 %, or cut it with `min`",
                )


LINT = Lint(
    code="overShare",
    title="The discount is more than the whole",
    why="Discounts are not cut to what they are taken from unless the application says so. More than 100 % of a total or "
    "price is more than the customer pays; often a division by 100 is missing.",
    find=_find,
    is_eased_by_caps=True,
    example=ruleset(rule(ALWAYS, ["setDiscount", "15 %", ["*", TOTAL, 15]])),
    counterexample=ruleset(
        rule(ALWAYS, ["setDiscount", "15 %", ["*", TOTAL, ["/", 15, 100]]]),
        rule(
            ["and", [">=", TOTAL, 50]],
            ["setDiscountPerItem", "free", ["take", ITEMS, 1], [["Item"], [".", "Item", "Price"]]],
        ),
    ),
)
