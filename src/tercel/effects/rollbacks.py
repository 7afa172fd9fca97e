"""Effects that take earlier ones back on cancel, return and reopen (integration.md 2.5 to 2.8)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import msgspec

from tercel.effects.props import Props


class RollbackCoupon(Props, gc=False):
    """A redemption is undone; the code is usable again."""

    effect_type: ClassVar[str] = "rollbackCoupon"
    value: str


class RollbackReferral(Props, gc=False):
    """The redemption of a referral is undone."""

    effect_type: ClassVar[str] = "rollbackReferral"
    value: str


class RollbackDiscount(Props, gc=False):
    """A discount is undone; name and value are those of the discount."""

    effect_type: ClassVar[str] = "rollbackDiscount"
    name: str
    value: Decimal
    cart_item_position: int | None = None
    cart_item_sub_position: int | None = None
    additional_cost_id: int | None = None
    additional_cost: str | None = None
    scope: str | None = None


class RollbackAddedLoyaltyPoints(Props, gc=False):
    """Points are taken back, as far as the program's return policy allows."""

    effect_type: ClassVar[str] = "rollbackAddedLoyaltyPoints"
    program_id: int
    sub_ledger_id: str
    value: Decimal
    recipient_integration_id: str
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    cart_item_position: int | None = None
    cart_item_sub_position: int | None = None
    card_identifier: str | None = None


class RollbackDeductedLoyaltyPoints(Props, gc=False, kw_only=True):
    """Spent points are given back."""

    effect_type: ClassVar[str] = "rollbackDeductedLoyaltyPoints"
    program_id: int
    sub_ledger_id: str
    value: Decimal
    recipient_integration_id: str
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    card_identifier: str | None = None


class RollbackIncreasedAchievementProgress(Props, gc=False):
    """Progress is taken back."""

    effect_type: ClassVar[str] = "rollbackIncreasedAchievementProgress"
    achievement_id: int
    achievement_name: str
    progress_tracker_id: int
    decrease_progress_by: Decimal
    current_progress: Decimal
    target: Decimal
