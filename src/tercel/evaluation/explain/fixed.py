"""Expressions that do not depend on additions to the cart, so that a condition can be solved for the rest."""

from __future__ import annotations

from tercel.evaluation.explain.site import Site, path_of, root_of
from tercel.language.tree import Call, Lambda, Literal, Node, Read

_ROOTS = {"account", "application", "campaign", "coupon", "event", "now", "profile", "referral", "store"}

# Functions whose value rests on nothing but their arguments.
_PURE = {
    "+", "-", "*", "/", "mod", "min", "max", "abs", "floor", "ceil", "round", "list", "catch", ".|",
    "and", "or", "not", "=", "!=", "<", "<=", ">", ">=", "between", "betweenInclusive", "oneOf", "notOneOf",
    "isSet", "isEmpty", "contains", "notContains", "startsWith", "endsWith", "~", "equalsIgnoreCase", "lower", "upper",
    "inCollection", "notInCollection", "now", "after", "before", "within", "parseTime", "addDuration", "subDuration",
}  # fmt: skip

#: Fields of an item that other items or the line's quantity decide, or that earlier rules move.
_UNSTEADY = {
    "discountedprice", "position", "subposition", "quantity", "remainingquantity", "returnedquantity", "mappedvalue",
}  # fmt: skip
_PRICES = {"price", "total"}


def is_fixed(site: Site, node: Node) -> bool:
    """Tell whether an expression has the same value whatever is added to the cart."""
    return all(_is_fixed_part(site, part) for part in site.everything_in(node))


def _is_fixed_part(site: Site, part: Node) -> bool:
    match part:
        case Literal():
            return True
        case Call(name=name):
            return name in _PURE
        case Read():
            root = root_of(part)
            return root is not None and (root in site.source.bindings or root.lower() in _ROOTS)
    return False


def is_about_item(site: Site, block: Lambda, *, with_price: bool) -> bool:
    """Tell whether a block depends only on the item itself, so that it can be decided for each new item.

    When the price is the unknown, the block must not read it.
    """
    return _is_item_part(site, block.body, block.parameter, with_price=with_price)


def _is_item_part(site: Site, node: Node, parameter: str, *, with_price: bool) -> bool:
    match node:
        case Call(name=name, arguments=arguments):
            parts = [_is_item_part(site, part, parameter, with_price=with_price) for part in arguments]
            return name in _PURE and all(parts)
        case Read() if root_of(node) == parameter:
            field = next(iter(path_of(node)[1:]), "").lower()
            return bool(field) and field not in _UNSTEADY and (with_price or field not in _PRICES)
    return is_fixed(site, node)
