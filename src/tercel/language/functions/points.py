"""Loyalty points as effects: earning, spending, expiry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.language.blocks import BoundBlock
from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of, numbers_of
from tercel.language.kinds import NULL
from tercel.language.periods import parse_period
from tercel.language.run import Run

FAMILY = Family("Loyalty points")

_NO_OPTIONS: dict[str, Any] = {}


@FAMILY.define(
    "addLoyaltyPoints",
    "program:string|number reason:string value:number options:map?",
    NULL,
    errors="negativeValue limit",
    flags=EFFECT,
)
def add_loyalty_points(
    run: Run, program: Any, reason: str, value: Decimal, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """Adds points. Options: `subledger`, `recipient`, `startDate`, `expiryDate`, `validity`, `card`."""
    host_of(run).add_loyalty_points(program, reason, value, options)


@FAMILY.define(
    "addLoyaltyPointsPerItem",
    "program:string|number reason:string items:list block:block options:map?",
    NULL,
    errors="negativeValue limit",
    flags=EFFECT,
)
def add_loyalty_points_per_item(
    run: Run,
    program: Any,
    reason: str,
    items: list[Any],
    block: BoundBlock,
    options: dict[str, Any] = _NO_OPTIONS,
) -> None:
    """Adds points for each item of a list, or for each item of a list of bundles."""
    host_of(run).add_loyalty_points_per_item(program, reason, items, numbers_of(block), options)


@FAMILY.define(
    "deductLoyaltyPoints",
    "program:string|number reason:string value:number options:map?",
    NULL,
    errors="negativeValue insufficientPoints",
    flags=EFFECT,
)
def deduct_loyalty_points(
    run: Run, program: Any, reason: str, value: Decimal, options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """Deducts points, those that expire first before the others. Options: `subledger`, `card`."""
    host_of(run).deduct_loyalty_points(program, reason, value, options)


@FAMILY.define(
    "extendLoyaltyPointsExpiryDate",
    "program:string|number subledger:string period:string",
    NULL,
    errors="time",
    flags=EFFECT,
)
def extend_expiry(run: Run, program: Any, subledger: str, period: str) -> None:
    """Moves the expiry of the profile's points by a period such as `30D`."""
    parse_period(period)
    host_of(run).extend_loyalty_points_expiry_date(program, subledger, period)


@FAMILY.define(
    "setLoyaltyPointsExpiryDate",
    "program:string|number subledger:string time:time",
    NULL,
    errors="time",
    flags=EFFECT,
)
def set_expiry(run: Run, program: Any, subledger: str, expires_at: datetime) -> None:
    """Sets the expiry of the profile's points."""
    host_of(run).set_loyalty_points_expiry_date(program, subledger, expires_at)
