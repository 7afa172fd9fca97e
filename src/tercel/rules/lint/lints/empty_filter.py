"""Filters that keep nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Call, Lambda, Node, walk
from tercel.rules.lint.lint import ALWAYS, ITEMS, Lint, percent, rule, ruleset
from tercel.rules.lint.proof.outcomes import can_hold, inside
from tercel.rules.lint.view import RuleView, View

_FILTERS = {"filter", "exists", "countIf"}


def _find(view: View) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for each in view.rules:
        roots = (*(each.conditions if each.is_understood else ()), *each.effects)
        for root in roots:
            for pointer in _empty_filters(root, each):
                if pointer not in seen:
                    seen.add(pointer)
                    yield (
                        pointer,
                        "no item can pass this filter; correct the tests in it, or use `or` between them",
                    )


def _empty_filters(root: Node, view: RuleView) -> Iterator[str]:
    for node in walk(root):
        match node:
            case Call(name=name, arguments=(_, Lambda() as block)) if name in _FILTERS:
                if not can_hold(inside(view.no_facts(), node, 1), block.body):
                    yield node.at


LINT = Lint(
    code="emptyFilter",
    title="The filter keeps no item",
    why="The test of a filter is false or fails for every item: it asks for two categories at once, or for a price "
    "below one number and above a larger one.",
    find=_find,
    example=ruleset(
        rule(
            ALWAYS,
            [
                "setDiscountPerItem",
                "shoes",
                [
                    "filter",
                    ITEMS,
                    [
                        ["Item"],
                        [
                            "catch",
                            False,
                            [
                                "and",
                                ["=", [".", "Item", "Category"], "shoes"],
                                ["=", [".", "Item", "Category"], "hats"],
                            ],
                        ],
                    ],
                ],
                [["Item"], ["*", [".", "Item", "Price"], percent(10)]],
            ],
        )
    ),
    counterexample=ruleset(
        rule(
            ALWAYS,
            [
                "setDiscountPerItem",
                "shoes",
                [
                    "filter",
                    ITEMS,
                    [
                        ["Item"],
                        ["catch", False, ["oneOf", [".", "Item", "Category"], ["list", "shoes", "hats"]]],
                    ],
                ],
                [["Item"], ["*", [".", "Item", "Price"], percent(10)]],
            ],
        )
    ),
)
