"""Discounts that overwrite each other at the client (behaviour/effects 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tercel.language.tree import Call, Literal
from tercel.rules.lint.lint import TOTAL, Lint, percent, rule, ruleset
from tercel.rules.lint.lints.unreachable import never_holding
from tercel.rules.lint.proof.facts import Facts, assume
from tercel.rules.lint.view import RuleView, View


def _find(view: View) -> Iterator[tuple[str, str]]:
    earlier: dict[str, list[tuple[RuleView, Facts]]] = defaultdict(list)
    for each in view.rules:
        named = [(effect, name) for effect in each.plain_effects() if (name := _discount_name(effect))]
        if not named or never_holding(each) is not None:
            continue
        facts = each.facts()
        for effect, name in named:
            if not all(_exclude_each_other(before, told, each) for before, told in earlier[name]):
                yield (
                    effect.arguments[0].at,
                    (
                        f"another discount that can be given with this one is called `{name}` too; clients keep only "
                        "the last of a name, so give each its own"
                    ),
                )
            if (each, facts) not in earlier[name][-1:]:
                earlier[name].append((each, facts))


def _discount_name(effect: Call) -> str | None:
    if effect.name != "setDiscount" or not effect.arguments:
        return None
    name = effect.arguments[0]
    return name.value if isinstance(name, Literal) and isinstance(name.value, str) else None


def _exclude_each_other(first: RuleView, told: Facts, second: RuleView) -> bool:
    """Tell whether no evaluation can satisfy the conditions of both rules, or they cannot be compared; ``told`` are
    the facts that the conditions of the first imply."""
    if first is second:
        return False
    if not (first.is_understood and second.is_understood):
        return True
    for condition in second.conditions:
        told = assume(told, condition)
        if not told.is_possible:
            return True
    return False


LINT = Lint(
    code="sameName",
    title="Discounts of the same name",
    why="Both discounts are returned, but clients of the API keep discounts by name, and the later one takes the place of "
    "the earlier. Rules that exclude each other may share a name.",
    find=_find,
    example=ruleset(
        rule(["and", [">=", TOTAL, 50]], ["setDiscount", "volume", ["*", TOTAL, percent(5)]]),
        rule(["and", [">=", TOTAL, 100]], ["setDiscount", "volume", ["*", TOTAL, percent(10)]]),
    ),
    counterexample=ruleset(
        rule(
            ["and", [">=", TOTAL, 50], ["<", TOTAL, 100]], ["setDiscount", "volume", ["*", TOTAL, percent(5)]]
        ),
        rule(["and", [">=", TOTAL, 100]], ["setDiscount", "volume", ["*", TOTAL, percent(10)]]),
    ),
)
