"""Free items and giveaways as effects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import REPEAT_MAX
from tercel.language.catalogue import EFFECT, Family
from tercel.language.errors import RangeError
from tercel.language.functions._product import host_of, profile_word
from tercel.language.kinds import NULL
from tercel.language.run import Run
from tercel.language.values import whole

FAMILY = Family("Rewards")

_NO_OPTIONS: dict[str, Any] = {}


@FAMILY.define(
    "addFreeItem",
    "sku:string name:string quantity:number? options:map?",
    NULL,
    errors="negativeValue limit range",
    flags=EFFECT,
)
def add_free_item(
    run: Run, sku: str, name: str, quantity: Decimal = Decimal(1), options: dict[str, Any] = _NO_OPTIONS
) -> None:
    """Gives an item for free, once without a quantity; a fraction is cut off. Option: `partial`."""
    if quantity > REPEAT_MAX:
        raise RangeError(f"more than {REPEAT_MAX} free items")
    host_of(run).add_free_item(sku, name, Decimal(whole(quantity)), options)


@FAMILY.define(
    "awardGiveaway",
    "pool:number|string profile:string?",
    NULL,
    errors="poolEmpty",
    flags=EFFECT,
)
def award_giveaway(run: Run, pool: Any, profile: str = "Current") -> None:
    """Gives a code from a pool of giveaways to the profile."""
    host_of(run).award_giveaway(pool, profile_word(profile))
