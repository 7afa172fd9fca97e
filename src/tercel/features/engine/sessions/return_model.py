"""Wire types of returns (behaviour/returns 1, 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.features.engine.sessions.return_aggregate import ReturnRow

ResponseContent = Literal[
    "customerSession",
    "customerProfile",
    "coupons",
    "triggeredCampaigns",
    "referral",
    "loyalty",
    "event",
    "previousReturns",
]


class ReturnedItem(msgspec.Struct, omit_defaults=True):
    """Units of a line: it is named by its position, its SKU, or both."""

    position: Annotated[int, Meta(ge=0)] | None = None
    quantity: Annotated[int, Meta(ge=1, le=2**31)] | None = None
    sku: Annotated[str, Meta(min_length=1, max_length=limits.TEXT_LENGTH_MAX)] | None = None


class NewReturn(msgspec.Struct, rename="camel"):
    """The units that come back."""

    returned_cart_items: Annotated[list[ReturnedItem], Meta(min_length=1, max_length=limits.CART_LINES_MAX)]


class ReturnRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """The body of a return."""

    returned: NewReturn = msgspec.field(name="return")
    response_content: list[ResponseContent] = []


class Return(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A return as answered."""

    id: int
    created: datetime
    application_id: int
    account_id: int
    returned_cart_items: Any
    event_id: int
    session_id: int
    session_integration_id: str
    profile_id: int | None = None
    profile_integration_id: str | None = None


def wire_return(row: ReturnRow) -> Return:
    """Return a row as answered."""
    return Return(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        account_id=row.account_id,
        returned_cart_items=row.items,
        event_id=row.event_id,
        session_id=row.session_id,
        session_integration_id=row.session_integration_id,
        profile_id=row.profile_id,
        profile_integration_id=row.profile_integration_id,
    )
