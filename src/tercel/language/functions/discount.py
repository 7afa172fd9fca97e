"""Discounts as effects (rules.md 4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.language.blocks import BoundBlock
from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of, numbers_of
from tercel.language.kinds import NULL
from tercel.language.run import Run

FAMILY = Family("Discounts")

_NO_OPTIONS: dict[str, Any] = {}
_ERRORS = "negativeValue limit"


@FAMILY.define(
    "setDiscount",
    "name:string value:number options:map?",
    NULL,
    errors=_ERRORS,
    flags=EFFECT,
)
def set_discount(run: Run, name: str, value: Decimal, options: dict[str, Any] = _NO_OPTIONS) -> None:
    """A discount on the session. Options: `scope` (`cartItems`, `additionalCosts`, `sessionTotal`),
    `partial`."""
    host_of(run).set_discount(name, value, options)


@FAMILY.define(
    "setDiscountPerItem",
    "name:string items:list block:block options:map?",
    NULL,
    errors=_ERRORS,
    flags=EFFECT,
)
def set_discount_per_item(
    run: Run, name: str, items: list[Any], block: BoundBlock, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """A discount on each item of a list, or on each item of a list of bundles. Options: `scope` (`price`,
    `additionalCosts`, `itemTotal`), `partial`, `excludedFromPriceHistory`."""
    host_of(run).set_discount_per_item(name, items, numbers_of(block), options)


@FAMILY.define(
    "setDiscountPerItemProRata",
    "name:string items:list total:number options:map?",
    NULL,
    errors=_ERRORS,
    flags=EFFECT,
)
def set_discount_per_item_pro_rata(
    run: Run, name: str, items: list[Any], total: Decimal, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """A total spread over the items by their prices."""
    host_of(run).set_discount_per_item_pro_rata(name, items, total, options)


@FAMILY.define(
    "setDiscountPerBundleProRata",
    "name:string bundles:list total:block(Bundle) options:map?",
    NULL,
    errors=_ERRORS,
    flags=EFFECT,
)
def set_discount_per_bundle_pro_rata(
    run: Run, name: str, bundles: list[Any], total: BoundBlock, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """A total for each bundle, spread over its items by their prices."""
    host_of(run).set_discount_per_bundle_pro_rata(name, bundles, numbers_of(total), options)


@FAMILY.define(
    "setDiscountPerBundleItem",
    "name:string bundles:list target:block(Bundle) amount:block options:map?",
    NULL,
    errors=_ERRORS,
    flags=EFFECT,
)
def set_discount_per_bundle_item(
    run: Run,
    name: str,
    bundles: list[Any],
    target: BoundBlock,
    amount: BoundBlock,
    options: dict[str, Any] = _NO_OPTIONS,
) -> None:
    """An amount computed from one item of each bundle, spread over the items of the bundle."""
    host_of(run).set_discount_per_bundle_item(name, bundles, target, numbers_of(amount), options)


@FAMILY.define(
    "setDiscountPerAdditionalCost",
    "name:string cost:string value:number options:map?",
    NULL,
    errors=f"{_ERRORS} noAdditionalCost",
    flags=EFFECT,
)
def set_discount_per_additional_cost(
    run: Run, name: str, cost: str, value: Decimal, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """A discount on an additional cost of the session."""
    host_of(run).set_discount_per_additional_cost(name, cost, value, options)


@FAMILY.define(
    "setDiscountPerAdditionalCostPerItem",
    "name:string cost:string items:list block:block options:map?",
    NULL,
    errors=f"{_ERRORS} noAdditionalCost",
    flags=EFFECT,
)
def set_discount_per_additional_cost_per_item(
    run: Run, name: str, cost: str, items: list[Any], block: BoundBlock, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """A discount on an additional cost of each item of a list."""
    host_of(run).set_discount_per_additional_cost_per_item(name, cost, items, numbers_of(block), options)
