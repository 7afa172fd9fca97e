"""Lists of the cart: application filters, value maps, bundles, totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.language.catalogue import SPECIAL, Family
from tercel.language.entity import Entity
from tercel.language.errors import MissingError, RangeError, TypeMismatchError, located
from tercel.language.functions._product import host_of
from tercel.language.kinds import LIST, NUMBER
from tercel.language.run import Compiled, Run
from tercel.language.site import Site
from tercel.language.tree import Call
from tercel.language.values import kind_of_value, whole

FAMILY = Family("Lists of the cart")


@FAMILY.define(
    "applicationFilter",
    "filter:string|number",
    LIST,
    errors="missing",
    result_rule="items",
)
def application_filter(run: Run, name: Any) -> list[Any]:
    """The items that a cart item filter of the application selects."""
    return host_of(run).application_filter(name)


@FAMILY.define(
    "valueMapItems",
    "items:list map:number|string",
    LIST,
    result_rule="like 0",
)
def value_map_items(run: Run, items: list[Any], value_map: Any) -> list[Any]:
    """The items that a value map knows, with the value as `MappedValue`."""
    return host_of(run).value_map_items(items, value_map)


@FAMILY.define(
    "part",
    "items:list count:number",
    LIST,
    errors="range",
)
def part(_run: Run, items: list[Any], number: Decimal) -> list[Any]:
    """Inside `bundle`: how many items of which list make a part of it."""
    if whole(number) < 1:
        raise RangeError("a part of a bundle has at least one item")
    return [items, number]


@FAMILY.define(
    "bundleBy",
    "paths:string...",
    LIST,
)
def bundle_by(_run: Run, *paths: str) -> list[Any]:
    """Inside `bundle`: the item fields whose values must agree within a bundle, such as
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
    """As many bundles as the cart allows, each with the items of every part."""
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
        return list(host_of(run).form_bundles(title, chosen, paths))

    return form


def _misplaced(at: str) -> Compiled:
    def fail(_run: Run) -> Any:
        raise located(TypeMismatchError("a bundle has parts and at most one `bundleBy`, nothing else"), at)

    return fail


@FAMILY.define("itemsTotal", "items:list", NUMBER, errors="missing type")
def items_total(run: Run, items: list[Any]) -> Decimal:
    """The sum of the items' prices."""
    return _total(run, items, "Price")


@FAMILY.define(
    "itemsDiscountedTotal",
    "items:list",
    NUMBER,
    errors="missing type",
)
def items_discounted_total(run: Run, items: list[Any]) -> Decimal:
    """The sum of the items' prices after the discounts granted so far."""
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
