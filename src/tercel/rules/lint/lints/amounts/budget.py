"""Effects that no budget can pay."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from tercel.language.catalogue.budgets import FREE_ITEMS
from tercel.language.catalogue.catalogue import Gift
from tercel.language.tree import Call, Literal
from tercel.language.values.values import decimal_text
from tercel.rules.lint.gifts import constant_amount, gift_of, option
from tercel.rules.lint.lint import TOTAL, Lint, rule, ruleset
from tercel.rules.lint.setting import Budget, Setting
from tercel.rules.lint.view import RuleView, View

_REDEEMING = {"couponValid": "redeemCoupon", "referralValid": "redeemReferral"}


class _Limit(NamedTuple):
    """A budget of an example."""

    action: str
    limit: Decimal
    entities: tuple[str, ...] = ()


def _find(view: View) -> Iterator[tuple[str, str]]:
    limits = [limit for limit in view.setting.limits if _is_always_asked(limit)]
    for each in view.rules:
        yield from _unredeemable(each, limits)
        for effect in each.plain_effects():
            gift = gift_of(effect)
            problem = next(
                (p for limit in limits if gift and (p := _unpaid(effect, gift, limit, view))), None
            )
            if problem:
                yield effect.at, f"{problem}; raise the budget, or give less"


def _is_always_asked(limit: Budget) -> bool:
    """Tell whether the limit counts in every evaluation: codes may bring own limits per profile, and not every
    session has a store, a code or an identifier."""
    return set(limit.entities) <= {"Session"}


def _unpaid(effect: Call, gift: Gift, limit: Budget, view: View) -> str:
    """Explain why the limit never pays the effect; return an empty text if it may."""
    amount, action = constant_amount(effect), gift.budget.action
    if gift.budget is FREE_ITEMS:
        amount = Decimal(1) if amount is None and len(effect.arguments) < 3 else amount
        amount = None if amount is None else Decimal(int(amount))
    text = decimal_text(limit.limit)
    if limit.action == action and amount is not None and amount > limit.limit:
        if limit.limit <= 0:
            return f"the budget `{limit.action}` is 0, so the effect is never granted"
        if not _may_be_partial(effect, gift, view.setting):
            return f"the effect gives {decimal_text(amount)}, the budget `{limit.action}` never has more than {text}"
    counts = gift.budget.occurrences or ("" if gift.amount else action)
    if limit.action == counts and limit.limit < 1:
        return f"the budget `{limit.action}` is {text}, so the effect is never granted"
    return ""


def _may_be_partial(effect: Call, gift: Gift, setting: Setting) -> bool:
    chosen = option(effect, "partial")
    if chosen is None:
        return gift.budget.is_partial and setting.allows_partial
    return not (isinstance(chosen, Literal) and chosen.value is False)


def _unredeemable(view: RuleView, limits: list[Budget]) -> Iterator[tuple[str, str]]:
    for written, condition in zip(view.rule.conditions, view.conditions, strict=True):
        action = _REDEEMING.get(condition.name) if isinstance(condition, Call) else None
        if any(limit.action == action and limit.limit < 1 for limit in limits):
            yield written.at, f"the budget `{action}` is 0, so no code is ever valid; raise the budget"


LINT = Lint(
    code="unpayable",
    title="No budget can pay the effect",
    why="An effect that needs more than a budget leaves fails, and its rule with it. This one always gives more than the "
    "whole budget, or the budget is 0. Budgets for each profile, code, store or identifier are not looked at.",
    find=_find,
    example=ruleset(rule(["and", [">=", TOTAL, 50]], ["setDiscount", "twenty", 20])),
    counterexample=ruleset(
        rule(["and", [">=", TOTAL, 50]], ["setDiscount", "ten", 10]),
        rule(["and", [">=", TOTAL, 50]], ["setDiscount", "up to the budget", 20, ["kv", ["partial", True]]]),
    ),
    setting=Setting(limits=(_Limit("setDiscount", Decimal(15)),)),
)
