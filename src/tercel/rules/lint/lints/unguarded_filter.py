"""Filters that fail on items without an attribute."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.language.tree import Call, Lambda, Literal, Node, Read, walk
from tercel.rules.lint.lint import ALWAYS, ITEMS, Lint, percent, rule, ruleset
from tercel.rules.lint.view import View

_FILTERS = {"filter", "exists", "countIf", "every"}
#: What keeps a missing value from failing everything around it.
_GUARDS = {"catch", ".|", "coalesce", "isSet", "get", "onFailure", "onError", "if", "or"}


def _find(view: View) -> Iterator[tuple[str, str]]:
    for root in view.roots():
        for call in _unguarded(root):
            match call:
                case Call(name=name, arguments=(items, Lambda() as block)) if name in _FILTERS:
                    attribute = next(_bare_attributes(block), None)
                    if attribute is not None and not _asks(items):
                        yield (
                            block.body.at,
                            (
                                f"an item without the attribute `{attribute}` makes the whole rule fail; write the test as "
                                '`["catch", false, …]` to leave such items out'
                            ),
                        )


def _unguarded(node: Node) -> Iterator[Node]:
    """Yield all nodes whose failure is not caught around them, blocks left out."""
    yield node
    if isinstance(node, Call) and node.name not in _GUARDS:
        for argument in node.arguments:
            if not isinstance(argument, Lambda):
                yield from _unguarded(argument)


def _bare_attributes(block: Lambda) -> Iterator[str]:
    if _asks(block.body):
        return
    for node in _unguarded(block.body):
        match node:
            case Read(
                segments=(Literal(value=name), Literal(value=str() as field), Literal(value=attribute))
            ):
                if name == block.parameter and field.lower() == "attributes":
                    yield str(attribute)


def _asks(node: Node) -> bool:
    """Tell whether the expression contains a call of ``isSet``."""
    return any(isinstance(part, Call) and part.name == "isSet" for part in walk(node))


_SALE = ["=", [".", "Item", "Attributes", "sale"], True]

LINT = Lint(
    code="unguardedFilter",
    title="The filter fails on items without the attribute",
    why="Reading an attribute that is not set fails, and a failure inside a filter fails the whole rule: one item "
    "without the attribute keeps all others from their discount.",
    find=_find,
    example=ruleset(
        rule(
            ALWAYS,
            [
                "setDiscountPerItem",
                "sale",
                ["filter", ITEMS, [["Item"], _SALE]],
                [["Item"], ["*", [".", "Item", "Price"], percent(10)]],
            ],
        )
    ),
    counterexample=ruleset(
        rule(
            ALWAYS,
            [
                "setDiscountPerItem",
                "sale",
                ["filter", ITEMS, [["Item"], ["catch", False, _SALE]]],
                [["Item"], ["*", [".", "Item", "Price"], percent(10)]],
            ],
        )
    ),
)
