"""Customer profiles as the wire knows them (behaviour/lists 4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base.limits import SEARCHED_IDS_MAX


class AudienceMembership(msgspec.Struct):
    """An audience that the customer is in."""

    id: int
    name: str


class CustomerProfile(msgspec.Struct, kw_only=True, rename="camel"):
    """A customer. ``loyalty_memberships`` is always null: the field is kept for old clients."""

    id: int
    created: datetime
    integration_id: str
    attributes: dict[str, Any]
    account_id: int
    closed_sessions: int
    total_sales: Decimal
    loyalty_memberships: None = None
    audience_memberships: list[AudienceMembership] = []
    last_activity: datetime
    sandbox: bool


class ApplicationCustomer(CustomerProfile, kw_only=True, rename="camel"):
    """A customer of an application, with who referred them there."""

    advocate_integration_id: str | UnsetType = UNSET


class CustomerProfileSearchQuery(msgspec.Struct, kw_only=True):
    """Customers that have all these attributes, one of these identifiers and one of these ids."""

    attributes: dict[str, Any] | None = None
    integration_ids: Annotated[list[str], Meta(max_length=SEARCHED_IDS_MAX)] | None = msgspec.field(
        default=None, name="integrationIDs"
    )
    profile_ids: Annotated[list[int], Meta(max_length=SEARCHED_IDS_MAX)] | None = msgspec.field(
        default=None, name="profileIDs"
    )
