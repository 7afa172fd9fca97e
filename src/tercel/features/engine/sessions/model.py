"""Wire types of sessions in the Management API (behaviour/lists 5)."""

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
