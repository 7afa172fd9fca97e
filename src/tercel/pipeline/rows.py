"""Rows as the pipeline holds them: typed where it looks, raw JSON where it only carries.

Field order is column order: rows arrive as tuples and leave as one JSON document, in which a row leaves out what is the
default of its column.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

EMPTY_OBJECT = msgspec.Raw(b"{}")
EMPTY_LIST = msgspec.Raw(b"[]")


class SessionRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """A customer session. ``version`` rises with each write; the write is guarded by the version that was loaded."""

    id: int
    application_id: int
    integration_id: str
    key: str
    profile_id: int | None = None
    profile_integration_id: str | None = None
    store_integration_id: str | None = None
    state: str
    coupon_codes: list[str] = []
    referral_code: str | None = None
    loyalty_cards: msgspec.Raw = EMPTY_LIST
    identifiers: msgspec.Raw = EMPTY_LIST
    variants: msgspec.Raw = EMPTY_LIST
    additional_costs: msgspec.Raw = EMPTY_OBJECT
    attributes: msgspec.Raw = EMPTY_OBJECT
    cart_items: msgspec.Raw = EMPTY_LIST
    first_session: bool
    update_count: int
    total: Decimal
    cart_item_total: Decimal
    additional_cost_total: Decimal
    cart_item_additional_cost_total: Decimal
    total_discounts: Decimal
    created_codes: msgspec.Raw = EMPTY_OBJECT
    effects_event_id: int | None = None
    version: int
    created: datetime
    updated: datetime
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


class ProfileRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """A customer profile as loaded, or as it will be inserted."""

    id: int
    account_id: int
    sandbox: bool
    integration_id: str
    key: str
    attributes: msgspec.Raw = EMPTY_OBJECT
    closed_sessions: int = 0
    total_sales: Decimal = Decimal(0)
    last_activity: datetime | None = None
    version: int = 0
    created: datetime


class ProfileMove(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A relative change of a profile. ``expected_version`` guards it when the decision rested on what it changes;
    ``attributes`` replaces the document."""

    id: int
    closed_sessions: int = 0
    total_sales: Decimal = Decimal(0)
    last_activity: datetime | None = None
    attributes: msgspec.Raw | None = None
    expected_version: int | None = None


class CodeAttributes(msgspec.Struct, kw_only=True):
    """The new attributes of a coupon or referral, with those that the decision rested on as their guard."""

    id: int
    attributes: msgspec.Raw
    expected: msgspec.Raw


class CouponRow(msgspec.Struct, kw_only=True, gc=False):
    """A coupon as loaded."""

    id: int
    application_id: int
    campaign_id: int
    value: str
    usage_limit: int
    usage_counter: int
    discount_limit: Decimal | None
    discount_counter: Decimal
    reservation_limit: int | None
    reservation_counter: int
    reservation: bool
    is_reservation_mandatory: bool
    implicitly_reserved: bool
    start_date: datetime | None
    expiry_date: datetime | None
    limits: msgspec.Raw
    attributes: msgspec.Raw
    recipient_integration_id: str | None
    batch_id: str | None
    referral_id: int | None
    import_id: int | None
    edits: int
    created: datetime


class ReferralRow(msgspec.Struct, kw_only=True, gc=False):
    """A referral as loaded."""

    id: int
    application_id: int
    campaign_id: int
    code: str
    usage_limit: int
    usage_counter: int
    start_date: datetime | None
    expiry_date: datetime | None
    advocate_profile_integration_id: str
    friend_profile_integration_id: str | None
    attributes: msgspec.Raw
    batch_id: str | None
    import_id: int | None
    edits: int
    created: datetime


class StoreRow(msgspec.Struct, kw_only=True, gc=False):
    """A store as loaded."""

    id: int
    application_id: int
    integration_id: str
    key: str
    name: str
    attributes: msgspec.Raw


class EventRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One event per state-changing call."""

    id: int
    application_id: int
    created: datetime
    type: str
    profile_id: int | None = None
    profile_integration_id: str | None = None
    store_integration_id: str | None = None
    session_id: int | None = None
    session_integration_id: str | None = None
    integration_id: str | None = None
    attributes: msgspec.Raw = EMPTY_OBJECT
    effects: msgspec.Raw = EMPTY_LIST
    rule_failure_reasons: msgspec.Raw | None = None


class EventKeyRow(msgspec.Struct, kw_only=True, gc=False):
    """The integration id of an event, which no other event of the application may have."""

    application_id: int
    key: str
    event_id: int
    created: datetime


class StoredEntryRow(msgspec.Struct, kw_only=True, gc=False):
    """An entry of a session that is still in force."""

    id: int
    application_id: int
    session_id: int
    kind: str
    campaign_id: int
    ruleset_id: int
    rule_index: int
    amount: Decimal
    profile_id: int | None
    coupon_id: int | None
    referral_id: int | None
    coupon_discount: Decimal | None
    position: int | None
    sub_position: int | None
    effect_index: int | None
    uses: msgspec.Raw
    effect: msgspec.Raw | None


class ReturnRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """Units of a session that came back in one call."""

    id: int
    application_id: int
    account_id: int
    session_id: int
    session_integration_id: str
    profile_id: int | None
    profile_integration_id: str | None
    event_id: int
    items: msgspec.Raw
    created: datetime


class AnswerRow(msgspec.Struct, kw_only=True, gc=False):
    """A remembered answer, replayed for its idempotency key. ``body`` is the hexadecimal form."""

    application_id: int
    scope: str
    key: str
    status: int
    body: str
    created: datetime
