"""Effects that hand something out: giveaway codes and free items (behaviour/effects 6)."""

from __future__ import annotations

from typing import ClassVar

from tercel.effects.props import Props
from tercel.language.catalogue.budgets import FREE_ITEMS, GIVEAWAYS


class AwardGiveaway(Props, gc=False):
    """A code of a pool is handed to a profile; only when the session closes, or for an event."""

    effect_type: ClassVar[str] = "awardGiveaway"
    action: ClassVar[str] = GIVEAWAYS.action
    shop: ClassVar[str] = "Give the code to the customer."
    pool_id: int
    pool_name: str
    recipient_integration_id: str
    giveaway_id: int
    code: str


class WillAwardGiveaway(Props, gc=False):
    """The promise of a giveaway while the session is open; it shows no code."""

    effect_type: ClassVar[str] = "willAwardGiveaway"
    action: ClassVar[str] = GIVEAWAYS.action
    shop: ClassVar[str] = "Say that a gift is waiting. The code is not told yet."
    pool_id: int
    pool_name: str
    recipient_integration_id: str


class AddFreeItem(Props, gc=False):
    """One free piece; several pieces are several effects. ``desired_quantity`` is what was wanted in all."""

    effect_type: ClassVar[str] = "addFreeItem"
    action: ClassVar[str] = FREE_ITEMS.action
    shop: ClassVar[str] = (
        "Put one piece into the cart at no price. Send it in the next request with a price of 0, or leave "
        "it out; do not let it count as bought."
    )
    sku: str
    name: str
    desired_quantity: int | None = None
