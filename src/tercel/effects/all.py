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
)
from tercel.effects.props import Props

_MODULES = (
    achievements, attributes, audiences, coupons, discounts, giveaways, loyalty, messages, referrals,
)  # fmt: skip

#: Every effect by its type.
EFFECTS: Mapping[str, type[Props]] = {
    kind.effect_type: kind
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Props) and kind.effect_type
}
#: The names of an effect's properties in the order of the wire contract.
PROPERTY_NAMES: Mapping[str, tuple[str, ...]] = {
    name: tuple(field.encode_name for field in msgspec.structs.fields(kind)) for name, kind in EFFECTS.items()
}
