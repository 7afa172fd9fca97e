"""Amounts that the currency cannot pay."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tercel.language.catalogue.budgets import DISCOUNTS
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Lambda, Literal, Node
from tercel.language.values.values import decimal_text
from tercel.rules.lint.amounts import share_of
from tercel.rules.lint.gifts import amount_index
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, percent, rule, ruleset
from tercel.rules.lint.proof.outcomes import inside
from tercel.rules.lint.setting import Setting
from tercel.rules.lint.view import RuleView, View


def _find(view: View) -> Iterator[tuple[str, str]]:
    digits = view.setting.currency_digits
    if digits is None:
        return
    for each in view.rules:
        for effect in each.plain_effects():
            amount = _amount(effect, each)
            if amount is not None and (problem := _problem(*amount, digits)):
                yield effect.at, f"{problem}; round it, for example with `floor` or `round`"


def _amount(effect: Call, view: RuleView) -> tuple[Node, Scope] | None:
    """Return the expression of a discount in money, and the names that it sees; None for other effects."""
    index = amount_index(effect, DISCOUNTS)
    if index is None:
        return None
    node = effect.arguments[index]
    if isinstance(node, Lambda):
        return node.body, inside(view.no_facts(), effect, index).scope
    return node, view.scope


def _problem(node: Node, scope: Scope, digits: int) -> str:
    """Explain why the amount may have more decimals than the currency; return an empty text if it cannot."""
    match node:
        case Literal(value=Decimal() as amount) if _decimals(amount) > digits:
            return f"the amount {decimal_text(amount)} has more decimals than the currency"
        case Call(name="min" | "max", arguments=arguments):
            return next(filter(None, (_problem(each, scope, digits) for each in arguments)), "")
    share = share_of(node, scope) if digits == 0 else None
    if share is not None and _decimals(share.factor) > 0:
        return "a share of an amount has decimals, and the currency has none"
    return ""


def _decimals(number: Decimal) -> int:
    """Count the decimals of a number, trailing zeros aside."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


LINT = Lint(
    code="fractionalAmount",
    title="The amount has more decimals than the currency",
    why="Discounts are not rounded: 10 % of 4,559 yen is 455.9 yen, which nobody can pay. Fixed amounts are held against "
    "the currency's decimals, shares only where the currency has none: elsewhere shops round what they charge.",
    find=_find,
    example=ruleset(rule(ALWAYS, ["setDiscount", "ten percent", ["*", TOTAL, percent(10)]])),
    counterexample=ruleset(
        rule(ALWAYS, ["setDiscount", "ten percent", ["floor", ["*", TOTAL, percent(10)]]])
    ),
    setting=Setting(currency_digits=0),
)
