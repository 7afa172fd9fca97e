"""Sessions as the management side answers them (management.md 6.2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

SessionState = Literal["open", "closed", "partially_returned", "cancelled"]


class ApplicationSession(msgspec.Struct, kw_only=True, rename="camel"):
    """A session. ``coupon`` is its first code; ``discounts`` is kept for old clients and always empty."""

    id: int
    created: datetime
    integration_id: str
    store_integration_id: str | UnsetType = UNSET
    application_id: int
    profile_id: int | UnsetType = UNSET
    profile_integration_id: str | UnsetType = msgspec.field(default=UNSET, name="profileintegrationid")
    coupon: str
    referral: str
    state: SessionState
    cart_items: list[Any]
    discounts: dict[str, Decimal] = {}
    total_discounts: Decimal
    total: Decimal
    attributes: dict[str, Any]


class SessionFilter(msgspec.Struct, kw_only=True, rename="camel"):
    """Which sessions to list (management.md 6.4). ``profile`` is an integration id."""

    profile: str | None = None
    state: list[SessionState] | None = None
    created_before: datetime | None = None
    created_after: datetime | None = None
    coupon: str | None = None
    referral: str | None = None
    integration_id: str | None = None
    store_integration_id: str | None = None
    partial_match: bool = False
