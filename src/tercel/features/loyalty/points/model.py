"""Points as callers send them and as they are answered (behaviour/loyalty 3, 8)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from tercel.features.common.filters import Moment

Source = Literal["manual", "session", "import"]


class AddLoyaltyPoints(msgspec.Struct, kw_only=True, rename="camel"):
    """Points to add: when they start and end, unless the program says so."""

    points: Decimal
    name: str | None = None
    validity_duration: str | None = None
    valid_until: Moment | None = None
    pending_duration: str | None = None
    pending_until: Moment | None = None
    subledger_id: str = ""
    application_id: int | None = None


class DeductLoyaltyPoints(msgspec.Struct, kw_only=True, rename="camel"):
    """Points to take."""

    points: Decimal
    name: str | None = None
    subledger_id: str = ""
    application_id: int | None = None


class LoyaltyLedgerEntryFlags(msgspec.Struct, kw_only=True, rename="camel"):
    """What is special about a transaction."""

    creates_negative_balance: bool


class LoyaltyTransaction(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A transaction as lists show it. Start and end are instants or words."""

    id: int
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    created: datetime
    program_id: int
    campaign_id: int | None = None
    customer_profile_id: str | None = None
    card_identifier: str | None = None
    application_id: int | None = None
    session_id: int | None = None
    customer_session_id: str | None = None
    store_integration_id: str | None = None
    type: Literal["addition", "subtraction"]
    name: str
    start_date: str
    expiry_date: str
    subledger_id: str
    amount: Decimal
    import_id: int | None = None
    user_id: int | None = None
    user_email: str | None = None
    ruleset_id: int | None = None
    rule_name: str | None = None
    flags: LoyaltyLedgerEntryFlags | None = None
    validity_duration: str | None = None


class LoyaltyPoints(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """What is left of an addition."""

    id: int
    transaction_uuid: str = msgspec.field(name="transactionUUID")
    created: datetime
    program_id: int
    customer_profile_id: str | None = msgspec.field(name="customerProfileID", default=None)
    customer_session_id: str | None = None
    name: str
    start_date: str
    expiry_date: str
    subledger_id: str
    amount: Decimal
    validity_duration: str | None = None
