"""Bindings that no expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tercel.language.tree import Literal, Read, walk
from tercel.rules.lint.expand import names_in
from tercel.rules.lint.lint import ALWAYS, ITEMS, Lint, percent, rule, ruleset
from tercel.rules.lint.view import View

_COUNTED = " item count"


def _find(view: View) -> Iterator[tuple[str, str]]:
    roots = list(view.roots())
    if any(_is_computed(node) for root in roots for node in walk(root)):
        return
    used = {name for root in roots for name in names_in(root)}
    used |= _names_in_data(view.data.get("strikethroughRules"))
    for binding in view.bindings():
        if binding.name not in used and f"{binding.name}{_COUNTED}" not in used:
            yield binding.at, f"nothing reads `{binding.name}`; use it or remove it"


def _is_computed(node: object) -> bool:
    """Tell whether the node reads a name that is only known when the rule runs."""
    return isinstance(node, Read) and bool(node.segments) and not isinstance(node.segments[0], Literal)


def _names_in_data(data: Any) -> set[str]:
    """Return the names that expressions which were not read into trees may read."""
    names: set[str] = set()
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            names |= {str(part[1])} if part[:1] == ["."] and len(part) > 1 else set()
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
    return names


_SHOES = ["filter", ITEMS, [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "shoes"]]]]
_HALF = [["Item"], ["*", [".", "Item", "Price"], percent(50)]]

LINT = Lint(
    code="unusedBinding",
    title="The binding is never used",
    why="No condition, effect or other binding reads the name. Often a rule reads the whole cart where the filter was "
    "meant. Nothing is said when some name is computed.",
    find=_find,
    example=ruleset(
        rule(ALWAYS, ["setDiscountPerItem", "half", ITEMS, _HALF]),
        bindings=({"name": "Shoes", "type": "cartItemFilter", "expression": _SHOES},),
    ),
    counterexample=ruleset(
        rule(ALWAYS, ["setDiscountPerItem", "half", [".", "Shoes"], _HALF]),
        bindings=({"name": "Shoes", "type": "cartItemFilter", "expression": _SHOES},),
    ),
)
