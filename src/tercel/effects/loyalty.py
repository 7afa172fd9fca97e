"""Effects on the ledgers of loyalty programs (behaviour/effects 10). The main ledger is the subledger ``""``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from tercel.effects.props import Props
from tercel.language.catalogue.budgets import POINTS, SPENT_POINTS


class AddLoyaltyPoints(Props, gc=False, kw_only=True):
    """Points for a profile or a card; ``transaction_uuid`` names the ledger transaction."""

    effect_type: ClassVar[str] = "addLoyaltyPoints"
    action: ClassVar[str] = POINTS.action
    shop: ClassVar[str] = "Show the points."
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

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> RollbackAddedLoyaltyPoints:
        """Return the effect that takes the points back whole; what may be taken the ledger decides."""
        return RollbackAddedLoyaltyPoints(
            props["programId"],
            props["subLedgerId"],
            Decimal(props["value"]),
            props["recipientIntegrationId"],
            props["transactionUUID"],
            props.get("cartItemPosition"),
            props.get("cartItemSubPosition"),
            props.get("cardIdentifier"),
        )


class DeductLoyaltyPoints(Props, gc=False):
    """Points spent; ``name`` is the reason."""

    effect_type: ClassVar[str] = "deductLoyaltyPoints"
    action: ClassVar[str] = SPENT_POINTS.action
    shop: ClassVar[str] = "Show the points."
    rule_title: str
    program_id: int
    sub_ledger_id: str
    value: Decimal
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    name: str
    card_identifier: str | None = None

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> RollbackDeductedLoyaltyPoints:
        """Return the effect that gives the points back to the profile."""
        return RollbackDeductedLoyaltyPoints(
            program_id=props["programId"],
            sub_ledger_id=props["subLedgerId"],
            value=Decimal(props["value"]),
            recipient_integration_id=profile,
            transaction_uuid=props["transactionUUID"],
            card_identifier=props.get("cardIdentifier"),
        )


class ChangeLoyaltyTierLevel(Props, gc=False, kw_only=True):
    """The points just added lifted the customer to another tier."""

    effect_type: ClassVar[str] = "changeLoyaltyTierLevel"
    shop: ClassVar[str] = "Show the new tier."
    rule_title: str
    program_id: int
    sub_ledger_id: str
    previous_tier_name: str | None = None
    new_tier_name: str
    expiry_date: datetime | None = None


class ExpiryChange(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """The end of one addition of points, before and after."""

    transaction_uuid: str = msgspec.field(name="transactionUUID")
    new_expiry_date: datetime
    previous_expiry_date: datetime | None = None


class ExtendLoyaltyPointsExpiryDate(Props, gc=False):
    """Active and pending points live longer by a period such as ``30D`` (behaviour/effects 10)."""

    effect_type: ClassVar[str] = "extendLoyaltyPointsExpiryDate"
    action: ClassVar[str] = "extendLoyaltyPointsExpiryDate"
    shop: ClassVar[str] = "Show the new date."
    program_id: int
    sub_ledger_id: str
    extension_duration: str
    affected_transactions: list[ExpiryChange] | None = None
    previous_expiration_date: datetime | None = None


class SetLoyaltyPointsExpiryDate(Props, gc=False):
    """Active, pending and unlimited points expire at one time."""

    effect_type: ClassVar[str] = "setLoyaltyPointsExpiryDate"
    action: ClassVar[str] = "setLoyaltyPointsExpiryDate"
    shop: ClassVar[str] = "Show the new date."
    program_id: int
    sub_ledger_id: str
    new_expiry_date: datetime
    affected_transactions: list[ExpiryChange] | None = None


class RollbackAddedLoyaltyPoints(Props, gc=False):
    """Points are taken back, as far as the program's return policy allows."""

    effect_type: ClassVar[str] = "rollbackAddedLoyaltyPoints"
    shop: ClassVar[str] = "Show the points as taken back."
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
    shop: ClassVar[str] = "Show the points as given back."
    program_id: int
    sub_ledger_id: str
    value: Decimal
    recipient_integration_id: str
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    card_identifier: str | None = None
