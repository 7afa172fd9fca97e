"""Every kind of effect by its type."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tercel.effects import (
    achievements,
    attributes,
    audiences,
    coupons,
    discounts,
    giveaways,
    loyalty,
    messages,
    referrals,
    rollbacks,
)
from tercel.effects.props import Props

_MODULES = (
    achievements, attributes, audiences, coupons, discounts, giveaways, loyalty, messages, referrals, rollbacks,
)  # fmt: skip

#: The names of an effect's properties in the order of the wire contract.
PROPERTY_NAMES: Mapping[str, tuple[str, ...]] = {
    kind.effect_type: tuple(field.encode_name for field in msgspec.structs.fields(kind))
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Props) and kind.effect_type
}
