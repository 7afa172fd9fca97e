"""Loyalty cards as the wire knows them (behaviour/loyalty 10)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.base.numbers import ZERO
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings
from tercel.features.loyalty.points.balances import LoyaltyBalance

Status = Literal["active", "inactive"]
# Because: a plain `$` would let a line break follow.
Identifier = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9._%+@-]+$(?!\n)",
        min_length=limits.CARD_IDENTIFIER_LENGTH_MIN,
        max_length=limits.CARD_IDENTIFIER_LENGTH_MAX,
    ),
]
BatchId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$(?!\n)", min_length=4, max_length=20)]
Reason = Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
IntegrationId = Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
Attributes = dict[str, Any]


class GenerateLoyaltyCard(msgspec.Struct, kw_only=True, rename="camel"):
    """A card to make, and the customers to link with it."""

    status: Status = "active"
    customer_profile_ids: Annotated[list[IntegrationId], Meta(max_length=limits.CARD_PROFILES_MAX)] = []
    card_identifier: Identifier | None = None
    attributes: Attributes = {}


class LoyaltyCardBatch(msgspec.Struct, kw_only=True, rename="camel"):
    """Cards to make at once, without customers."""

    number_of_cards: Annotated[int, Meta(ge=1, le=limits.CARDS_PER_CALL_MAX)]
    batch_id: BatchId | None = None
    status: Status = "active"
    card_code_settings: CodeGeneratorSettings | None = None


class LoyaltyCardBatchResponse(msgspec.Struct, kw_only=True, rename="camel"):
    """How many cards were made, and the batch that they are."""

    number_of_cards_generated: int
    batch_id: str


class UpdateLoyaltyCard(msgspec.Struct, kw_only=True, rename="camel"):
    """What changes on a card; what is not given stays."""

    status: Status | None = None
    block_reason: Reason | None = None
    attributes: Attributes | None = None


class TransferLoyaltyCard(msgspec.Struct, kw_only=True, rename="camel"):
    """The identifier under which a card goes on."""

    new_card_identifier: Identifier
    block_reason: Reason | None = None


class LoyaltyCardRegistration(msgspec.Struct, kw_only=True, rename="camel"):
    """A customer to link with a card."""

    integration_id: IntegrationId


class LoyaltyCardProfileRegistration(msgspec.Struct, kw_only=True, rename="camel"):
    """A customer who is linked with a card, and since when."""

    integration_id: str
    timestamp: datetime


class CardLedger(msgspec.Struct, kw_only=True, rename="camel"):
    """The balances of a ledger of a card. Outside of a session nothing is tentative."""

    current_balance: Decimal = ZERO
    pending_balance: Decimal = ZERO
    negative_balance: Decimal = ZERO
    expired_balance: Decimal = ZERO
    spent_balance: Decimal = ZERO
    tentative_current_balance: Decimal = ZERO
    tentative_pending_balance: Decimal = ZERO
    tentative_negative_balance: Decimal = ZERO


def card_ledger(balance: LoyaltyBalance) -> CardLedger:
    """Return a balance as cards show it."""
    return CardLedger(
        current_balance=balance.active_points,
        pending_balance=balance.pending_points,
        negative_balance=balance.negative_points,
        expired_balance=balance.expired_points,
        spent_balance=balance.spent_points,
        tentative_current_balance=balance.active_points,
        tentative_pending_balance=balance.pending_points,
        tentative_negative_balance=balance.negative_points,
    )


class LoyaltyCard(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A card as answered."""

    id: int
    created: datetime
    program_id: int = msgspec.field(name="programID")
    program_name: str
    program_title: str
    status: Status
    block_reason: str | None = None
    identifier: str
    users_per_card_limit: int
    profiles: list[LoyaltyCardProfileRegistration]
    ledger: CardLedger
    subledgers: dict[str, CardLedger]
    modified: datetime | None = None
    old_card_identifier: str | None = None
    new_card_identifier: str | None = None
    batch_id: str | None = None
    attributes: Attributes
