"""Needs of the cart: an amount or a number of items to add (docs/explanation.md).

Only provable needs are reported: the value grows by exactly the addition, whatever else is in the cart, so a smaller addition would
not suffice.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from tercel.base.numbers import ONE
from tercel.evaluation.explain.bounds import Bound, bounds_of
from tercel.evaluation.explain.fixed import is_about_item
from tercel.evaluation.explain.sentences import money
from tercel.evaluation.explain.site import Site, path_of, root_of
from tercel.evaluation.explanation import Need
from tercel.language.printer import sentence
from tercel.language.tree import Call, Lambda, Literal, Node, Read
from tercel.rules.event_types import literal_texts

_TOTALS = {"total", "cartitemtotal", "carttotal"}
_PRICES = {"price", "total"}
_TEXTS = {"sku", "category", "name", "product"}


class Measure(NamedTuple):
    """A number that grows with the cart: by the prices of the items that all ``blocks`` select, or by their count."""

    blocks: tuple[Lambda, ...]
    is_money: bool


def cart_need(site: Site, node: Node) -> Need | None:
    """Return the smallest addition to the cart that makes a failing condition true, or None when it is not known."""
    match node:
        case Call(name="exists", arguments=(items, Lambda() as block)):
            return _one_item(site, node, items, block)
        case Call(name="not", arguments=(Call(name="isEmpty", arguments=(items,)),)):
            return _one_item(site, node, items)
    for bound in bounds_of(site, node):
        measure = _measure(site, bound.subject)
        if measure is not None:
            return _growth(site, bound, measure)
    return None


def _growth(site: Site, bound: Bound, measure: Measure) -> Need | None:
    value = site.find_number(bound.subject)
    if value is None:
        return None
    growth = bound.growth(value, site.money_step if measure.is_money else ONE)
    if growth is None:
        return None
    return _need(site, measure, growth, is_exact=bound.high is not None)


def _need(site: Site, measure: Measure, growth: Decimal, *, is_exact: bool = False) -> Need:
    where = " and ".join(
        f"({sentence(block)})" if len(measure.blocks) > 1 else sentence(block) for block in measure.blocks
    )
    exactly = "exactly " if is_exact else ""
    if measure.is_money:
        of = f" of items where {where}" if where else ""
        return Need(
            kind="amount",
            sentence=f"add {exactly}{money(site, growth)} {site.currency}{of}",
            amount=growth,
            where=_texts(measure.blocks),
            is_exact=is_exact,
        )
    count = int(growth)
    of = f" where {where}" if where else ""
    return Need(
        kind="items",
        sentence=f"add {exactly}{count} more {'item' if count == 1 else 'items'}{of}",
        items=count,
        where=_texts(measure.blocks),
        is_exact=is_exact,
    )


def _one_item(site: Site, node: Node, items: Node, *more: Lambda) -> Need | None:
    blocks = _filters(site, items)
    # Because: where an item of the cart stops the condition from being computed, one more does not help.
    if (
        blocks is None
        or not site.is_computable(node)
        or not all(is_about_item(site, block, with_price=True) for block in (*blocks, *more))
    ):
        return None
    return _need(site, Measure((*blocks, *more), is_money=False), ONE)


def _measure(site: Site, node: Node) -> Measure | None:
    """Return the measure of a number, or None when the number is not understood."""
    node = site.look(node)
    if site.is_global(node, "Session"):
        names = path_of(node)
        is_total = len(names) == 2 and names[1].lower() in _TOTALS
        return Measure((), is_money=True) if is_total else None
    match node:
        case Read(segments=(Literal(value=str() as name),)) if name.endswith(" item count"):
            return _count(site, Read((Literal(name.removesuffix(" item count")),)))
        case Call(name="count", arguments=(items,)):
            return _count(site, items)
        case Call(name="countIf", arguments=(items, Lambda() as block)):
            return _count(site, items, block)
        case Call(name="sum", arguments=(Call(name="map", arguments=(items, Lambda() as block)),)):
            return _sum(site, items, block)
        case Call(name="sum", arguments=(items, Lambda() as block)):
            return _sum(site, items, block)
    return None


def _count(site: Site, items: Node, *more: Lambda) -> Measure | None:
    """Return the measure of a count of units. Without flattening it counts lines, and a line may hold several units."""
    session = site.run.session
    if session is None or not session.is_flattened:
        return None
    return _selection(site, items, more, is_money=False)


def _sum(site: Site, items: Node, block: Lambda) -> Measure | None:
    names = path_of(block.body)
    if len(names) != 2 or root_of(block.body) != block.parameter:
        return None
    field = names[1].lower()
    if field in _PRICES:
        return _selection(site, items, (), is_money=True)
    return _selection(site, items, (), is_money=False) if field == "quantity" else None


def _selection(site: Site, items: Node, more: tuple[Lambda, ...], *, is_money: bool) -> Measure | None:
    blocks = _filters(site, items)
    if blocks is None:
        return None
    blocks = (*blocks, *more)
    is_understood = all(is_about_item(site, block, with_price=not is_money) for block in blocks)
    return Measure(blocks, is_money) if is_understood else None


def _filters(site: Site, items: Node) -> tuple[Lambda, ...] | None:
    """Return the filters between the cart and a list; None when the list is anything else."""
    items = site.look(items)
    match items:
        case Call(name="filter", arguments=(inner, Lambda() as block)):
            blocks = _filters(site, inner)
            return None if blocks is None else (*blocks, block)
    names = path_of(items)
    is_cart = site.is_global(items, "Session") and len(names) == 2 and names[1].lower() == "cartitems"
    return () if is_cart else None


def _texts(blocks: tuple[Lambda, ...]) -> dict[str, list[str]]:
    """Return the texts that the blocks require in plain fields of an item, by field; empty when they require anything else."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        for field, values in _wanted(block.body, block.parameter):
            if not values or field in found:
                return {}
            found[field] = values
    return found


def _wanted(node: Node, parameter: str) -> Iterator[tuple[str, list[str]]]:
    match node:
        case Call(name="catch", arguments=(_, inner)):
            yield from _wanted(inner, parameter)
        case Call(name="and", arguments=arguments):
            for argument in arguments:
                yield from _wanted(argument, parameter)
        case Call(name="=", arguments=(Read() as subject, Literal(value=str() as text))):
            yield _field(subject, parameter), [text] if _field(subject, parameter) else []
        case Call(name="oneOf", arguments=(Read() as subject, texts)):
            yield _field(subject, parameter), list(literal_texts(texts)) if _field(subject, parameter) else []
        case _:
            yield "", []


def _field(subject: Read, parameter: str) -> str:
    names = path_of(subject)
    is_text = len(names) == 2 and names[0] == parameter and names[1].lower() in _TEXTS
    return names[1].lower() if is_text else ""
