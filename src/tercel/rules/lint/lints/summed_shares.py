"""Rules that together give more than the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tercel.language.reads import static_path
from tercel.language.scope import Scope
from tercel.language.tree import Call, Node, Read, walk
from tercel.language.values import decimal_text
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, rule, ruleset
from tercel.rules.lint.lints.over_share import discount_share
from tercel.rules.lint.lints.unreachable import never_holding
from tercel.rules.lint.proof.facts import assume
from tercel.rules.lint.proof.outcomes import always_holds
from tercel.rules.lint.view import RuleView, View

#: Amounts of the session that no discount lowers.
_CONSTANT = {"total", "cart_item_total", "additional_cost_total"}
#: What conditions may read and ask so that rules before cannot have changed the answer.
_STILL = _CONSTANT | {"state", "is_first", "update_count", "store_integration_id", "integration_id", "types"}
_QUESTIONS = {
    "and", "or", "not", "catch", "=", "!=", "<", "<=", ">", ">=", "between", "betweenInclusive", "oneOf", "notOneOf",
    "couponValid", "referralValid", "eventIs", "isSet",
}  # fmt: skip


def _find(view: View) -> Iterator[tuple[str, str]]:
    if view.setting.caps_discounts:
        return
    told: set[frozenset[int]] = set()
    for each in view.rules:
        if not _is_still(each) or never_holding(each):
            continue
        for field, shares in _shares_with(each, view).items():
            rules = frozenset(index for index, _ in shares)
            total = sum((factor for _, factor in shares), Decimal(0))
            if total > 1 and rules not in told and all(factor <= 1 for _, factor in shares):
                told.add(rules)
                numbers = " and ".join(str(index) for index in sorted(rules))
                what = "total" if field == "total" else field.replace("_", " ")
                yield (
                    each.at,
                    (
                        f"when this rule fires, rules {numbers} together give {decimal_text(total * 100)} % of the session's "
                        f"{what}; make them exclude each other, or take the later ones from the discounted amount"
                    ),
                )


def _shares_with(fired: RuleView, view: View) -> dict[str, list[tuple[int, Decimal]]]:
    """The shares of the rules that fire whenever one does, by the amount they are taken from."""
    facts = fired.facts()
    shares: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for other in view.rules:
        here, fires = facts, other is fired or _is_still(other)
        for condition in other.conditions if other is not fired else ():
            fires = fires and always_holds(here, condition)
            here = assume(here, condition)
        for effect in other.plain_effects() if fires else ():
            share = discount_share(effect, other)
            if share and effect.name == "setDiscount" and share.field in _CONSTANT:
                shares[share.field].append((other.rule.index, share.factor))
    return shares


def _is_still(view: RuleView) -> bool:
    """Whether no rule before can have changed what the conditions come to."""
    return view.is_understood and all(_is_still_node(node, view.scope) for node in view.conditions)


def _is_still_node(root: Node, scope: Scope) -> bool:
    for node in walk(root):
        if isinstance(node, Call) and node.name not in _QUESTIONS:
            return False
        if isinstance(node, Read):
            path = static_path(node, scope)
            if path is None or path.key is not None or path.attributes[-1:] == ():
                return False
            if path.attributes[-1] not in _STILL:
                return False
    return True


LINT = Lint(
    code="summedShares",
    title="Rules together give more than the whole",
    why="Every rule whose conditions hold fires: the first does not keep the next from firing. Here one rule fires "
    "whenever another does, and their shares of the same amount add up to more than 100 %.",
    find=_find,
    example=ruleset(
        rule(["and", [">=", TOTAL, 50]], ["setDiscount", "silver", ["*", TOTAL, 0.4]]),
        rule(["and", [">=", TOTAL, 100]], ["setDiscount", "gold", ["*", TOTAL, 0.7]]),
    ),
    counterexample=ruleset(
        rule(["and", [">=", TOTAL, 50], ["<", TOTAL, 100]], ["setDiscount", "silver", ["*", TOTAL, 0.4]]),
        rule(["and", [">=", TOTAL, 100]], ["setDiscount", "gold", ["*", TOTAL, 0.7]]),
        rule(ALWAYS, ["showNotification", "Info", "Spend 50 for silver, 100 for gold"]),
    ),
)
