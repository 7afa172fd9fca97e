"""Effects that hand something out: giveaway codes and free items (integration.md 3.6)."""

from __future__ import annotations

from typing import ClassVar

from tercel.effects.props import Props


class AwardGiveaway(Props, gc=False):
    """A code of a pool is handed to a profile; only when the session closes, or for an event."""

    effect_type: ClassVar[str] = "awardGiveaway"
    pool_id: int
    pool_name: str
    recipient_integration_id: str
    giveaway_id: int
    code: str


class WillAwardGiveaway(Props, gc=False):
    """The promise of a giveaway while the session is open; it shows no code."""

    effect_type: ClassVar[str] = "willAwardGiveaway"
    pool_id: int
    pool_name: str
    recipient_integration_id: str


class AddFreeItem(Props, gc=False):
    """One free piece; several pieces are several effects. ``desired_quantity`` is what was wanted in all."""

    effect_type: ClassVar[str] = "addFreeItem"
    sku: str
    name: str
    desired_quantity: int | None = None
