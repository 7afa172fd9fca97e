"""Rules that together give more than the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tercel.language.compiler.reads import static_path
from tercel.language.running.scope import Scope
from tercel.language.tree import Call, Node, Read, walk
from tercel.language.values.values import decimal_text
from tercel.rules.lint.lint import ALWAYS, TOTAL, Lint, percent, rule, ruleset
from tercel.rules.lint.lints.amounts.over_share import discount_share
from tercel.rules.lint.lints.unreachable import never_holding
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


#: A rule with its shares: amount of the session, factor.
_Giving = tuple[RuleView, list[tuple[str, Decimal]]]


def _find(view: View) -> Iterator[tuple[str, str]]:
    giving = [each for each in map(_giving, view.rules) if each[1]]
    told: set[frozenset[int]] = set()
    for fired, _ in giving:
        for field, shares in _shares_with(fired, giving).items():
            rules = frozenset(index for index, _ in shares)
            total = sum((factor for _, factor in shares), Decimal(0))
            if total > 1 and rules not in told:
                told.add(rules)
                numbers = " and ".join(str(index) for index in sorted(rules))
                percent, what = decimal_text(total * 100), field.replace("_", " ")
                yield (
                    fired.at,
                    (
                        f"when this rule fires, rules {numbers} together give {percent} % of the session's {what}; make "
                        "them exclude each other, or take the later ones from the discounted amount"
                    ),
                )


def _giving(view: RuleView) -> _Giving:
    if not _is_still(view) or never_holding(view):
        return view, []
    found = [discount_share(effect, view) for effect in view.plain_effects() if effect.name == "setDiscount"]
    return view, [
        (share.field, share.factor)
        for share in found
        if share and share.field in _CONSTANT and share.factor <= 1
    ]


def _shares_with(fired: RuleView, giving: list[_Giving]) -> dict[str, list[tuple[int, Decimal]]]:
    """Return the shares of the rules that fire whenever one rule does, by the amount they are taken from."""
    facts = fired.facts()
    together: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for other, shares in giving:
        if other is fired or all(always_holds(facts, condition) for condition in other.conditions):
            for field, factor in shares:
                together[field].append((other.rule.index, factor))
    return together


def _is_still(view: RuleView) -> bool:
    """Tell whether no earlier rule can have changed the results of the conditions."""
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
    is_eased_by_caps=True,
    example=ruleset(
        rule(["and", [">=", TOTAL, 50]], ["setDiscount", "silver", ["*", TOTAL, percent(40)]]),
        rule(["and", [">=", TOTAL, 100]], ["setDiscount", "gold", ["*", TOTAL, percent(70)]]),
    ),
    counterexample=ruleset(
        rule(
            ["and", [">=", TOTAL, 50], ["<", TOTAL, 100]],
            ["setDiscount", "silver", ["*", TOTAL, percent(40)]],
        ),
        rule(["and", [">=", TOTAL, 100]], ["setDiscount", "gold", ["*", TOTAL, percent(70)]]),
        rule(ALWAYS, ["showNotification", "Info", "Spend 50 for silver, 100 for gold"]),
    ),
)
