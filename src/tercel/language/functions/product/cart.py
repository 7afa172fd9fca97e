"""Lists of the cart: application filters, value maps, bundles, totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.language.catalogue.catalogue import SPECIAL, Family
from tercel.language.errors import MissingError, RangeError, TypeMismatchError, located
from tercel.language.running.run import Compiled, Run
from tercel.language.running.site import Site
from tercel.language.tree import Call
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import LIST, NUMBER
from tercel.language.values.values import kind_of_value, whole

FAMILY = Family("Lists of the cart")


FAMILY.hosted(
    "applicationFilter",
    "filter:string|number@filters",
    LIST,
    doc="Return the items that a cart item filter of the application selects.",
    errors="missing",
    result_rule="items",
    phrases="the items of filter {0}",
)
FAMILY.hosted(
    "valueMapItems",
    "items:list map:number|string@valueMaps",
    LIST,
    doc="Return the items that a value map knows, with the value as `MappedValue`.",
    result_rule="like 0",
    phrases="{0} with values of map {1}",
)


@FAMILY.define(
    "part",
    "items:list count:number",
    LIST,
    errors="range",
    phrases="{1} of {0}",
)
def part(_run: Run, items: list[Any], number: Decimal) -> list[Any]:
    """Name, inside `bundle`, how many items of which list make a part of it."""
    if whole(number) < 1:
        raise RangeError("a part of a bundle has at least one item")
    return [items, number]


@FAMILY.define(
    "bundleBy",
    "paths:string...",
    LIST,
    phrases="with the same {0}",
)
def bundle_by(_run: Run, *paths: str) -> list[Any]:
    """Name, inside `bundle`, the item fields whose values must agree within a bundle, such as
    `Attributes.brand`."""
    return list(paths)


@FAMILY.define(
    "bundle",
    "name:string parts:any...",
    LIST,
    errors="type",
    flags=SPECIAL,
)
def bundle(site: Site, name: Compiled, *parts: Compiled) -> Compiled:
    """Make as many bundles as the cart allows, each with the items of every part."""
    nodes = site.call.arguments[1:]
    names = [node.name if isinstance(node, Call) else "" for node in nodes]
    if not set(names) <= {"part", "bundleBy"} or "part" not in names or names.count("bundleBy") > 1:
        return _misplaced(site.call.at)
    lists = [compiled for compiled, kind in zip(parts, names, strict=True) if kind == "part"]
    keys = [compiled for compiled, kind in zip(parts, names, strict=True) if kind == "bundleBy"]

    def form(run: Run) -> list[Any]:
        title = name(run)
        if not isinstance(title, str):
            raise located(TypeMismatchError("the name of a bundle is a text"), site.call.at)
        chosen = [(items, whole(number)) for items, number in (compiled(run) for compiled in lists)]
        paths = [path.split(".") for compiled in keys for path in compiled(run)]
        run.spend(sum(len(items) for items, _ in chosen))
        return list(run.need_host().form_bundles(title, chosen, paths))

    return form


def _misplaced(at: str) -> Compiled:
    def fail(_run: Run) -> Any:
        raise located(TypeMismatchError("a bundle has parts and at most one `bundleBy`, nothing else"), at)

    return fail


@FAMILY.define("itemsTotal", "items:list", NUMBER, errors="missing type", phrases="the total of {0}")
def items_total(run: Run, items: list[Any]) -> Decimal:
    """Add the items' prices."""
    return _total(run, items, "Price")


@FAMILY.define(
    "itemsDiscountedTotal",
    "items:list",
    NUMBER,
    errors="missing type",
    phrases="the discounted total of {0}",
)
def items_discounted_total(run: Run, items: list[Any]) -> Decimal:
    """Add the items' prices after the discounts granted so far."""
    return _total(run, items, "DiscountedPrice")


def _total(run: Run, items: list[Any], name: str) -> Decimal:
    run.spend(len(items))
    return sum((_amount(item, name) for item in items), ZERO)


def _amount(item: Any, name: str) -> Decimal:
    if isinstance(item, Entity):
        value = item.find(name)
    elif isinstance(item, dict):
        value = item.get(name)
    else:
        raise TypeMismatchError(f"expected items, found a {kind_of_value(item)}")
    if value is None:
        raise MissingError(f"an item has no `{name}`")
    if not isinstance(value, Decimal):
        raise TypeMismatchError(f"the `{name}` of an item is a {kind_of_value(value)}")
    return value
