"""What per-item effects go over: all items, a selector, a filter of the application, a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tercel.language.tree import Literal, Node
from tercel.rules.blocks.codecs import WORD
from tercel.rules.blocks.forms import Codec, Hole, NoBlockError, Writing

CART_ITEMS = [".", "Session", "CartItems"]


def _bound(*, is_bundle: bool) -> Codec:
    """Make a codec for the name of a binding; the bindings of the rule set say which names are bundles."""

    def show(node: Node, at: str, writing: Writing) -> Any:
        if not isinstance(node, Literal) or (node.value in writing.bundles) is not is_bundle:
            raise NoBlockError
        return WORD.show(node, at, writing)

    return Codec(show, WORD.read)


_SELECTOR = _bound(is_bundle=False)
_BUNDLE = _bound(is_bundle=True)


def bundle_items(path: str) -> Any:
    """Return the list of bundles that the field at the path and its ``name`` show."""
    return [".", Hole(f"{path}/name", _BUNDLE)]


def item_targets(path: str) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Yield the lists of items that the object at a path can show: constants of the block, and the pattern."""
    yield {f"{path}/type": "allItems"}, CART_ITEMS
    yield {f"{path}/type": "selector"}, [".", Hole(f"{path}/name", _SELECTOR)]
    yield {f"{path}/type": "globalFilter"}, ["applicationFilter", Hole(f"{path}/name", WORD)]
