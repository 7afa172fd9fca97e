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


class LoyaltyMembership(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A program that a customer is a member of, and since when."""

    joined: datetime | None = None
    loyalty_program_id: int


class CustomerProfile(msgspec.Struct, kw_only=True, rename="camel"):
    """A customer. ``loyalty_memberships`` are told to shops alone; elsewhere the field is null."""

    id: int
    created: datetime
    integration_id: str
    attributes: dict[str, Any]
    account_id: int
    closed_sessions: int
    total_sales: Decimal
    loyalty_memberships: list[LoyaltyMembership] | None = None
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
