"""Effects on the ledgers of loyalty programs (integration.md 3.5). The main ledger is the subledger ``""``."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import msgspec

from tercel.effects.props import Props


class AddLoyaltyPoints(Props, gc=False, kw_only=True):
    """Points for a profile or a card; ``transaction_uuid`` names the ledger transaction."""

    effect_type: ClassVar[str] = "addLoyaltyPoints"
    name: str
    program_id: int
    sub_ledger_id: str
    value: Decimal
    desired_value: Decimal | None = None
    recipient_integration_id: str
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    cart_item_position: int | None = None
    cart_item_sub_position: int | None = None
    card_identifier: str | None = None
    bundle_index: int | None = None
    bundle_name: str | None = None
    awaits_activation: bool | None = None
    validity_duration: str | None = None


class DeductLoyaltyPoints(Props, gc=False):
    """Points spent; ``name`` is the reason."""

    effect_type: ClassVar[str] = "deductLoyaltyPoints"
    rule_title: str
    program_id: int
    sub_ledger_id: str
    value: Decimal
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    name: str
    card_identifier: str | None = None


class ChangeLoyaltyTierLevel(Props, gc=False, kw_only=True):
    """The points just added lifted the customer to another tier."""

    effect_type: ClassVar[str] = "changeLoyaltyTierLevel"
    rule_title: str
    program_id: int
    sub_ledger_id: str
    previous_tier_name: str | None = None
    new_tier_name: str
    expiry_date: datetime | None = None


class ExtendLoyaltyPointsExpiryDate(Props, gc=False):
    """Active and pending points live longer by a period such as ``30D`` (rules.md 4.3)."""

    effect_type: ClassVar[str] = "extendLoyaltyPointsExpiryDate"
    program_id: int
    sub_ledger_id: str
    extension_duration: str
    affected_transactions: list[dict[str, object]] | None = None
    previous_expiration_date: datetime | None = None


class SetLoyaltyPointsExpiryDate(Props, gc=False):
    """Active, pending and unlimited points expire at one time."""

    effect_type: ClassVar[str] = "setLoyaltyPointsExpiryDate"
    program_id: int
    sub_ledger_id: str
    new_expiry_date: datetime
    affected_transactions: list[dict[str, object]] | None = None
