"""Loyalty programs as the wire knows them (behaviour/loyalty 1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings
from tercel.features.common.filters import Moment
from tercel.features.common.ids import Id

# Because: a plain `$` would let a line break follow.
ApiName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)]
Title = Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
Text = Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
Applications = Annotated[list[Id], Meta(max_length=limits.SUBSCRIPTIONS_MAX)]
JoinPolicyName = Literal["not_join", "points_activated", "points_earned"]
ReturnPolicyName = Literal["only_pending", "within_balance", "unlimited"]
ExpirationPolicyName = Literal[
    "tier_start_date", "program_join_date", "customer_attribute", "absolute_expiration"
]
DowngradePolicyName = Literal["one_down", "balance_based"]


class NewLoyaltyTier(msgspec.Struct, kw_only=True, rename="camel"):
    """A tier as a caller defines it. One with an ``id`` is that tier, under whatever name."""

    name: Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
    min_points: Decimal
    id: Id | None = None


Tiers = Annotated[list[NewLoyaltyTier], Meta(max_length=limits.TIERS_MAX)]


class LoyaltyProgramChange(msgspec.Struct, kw_only=True, rename="camel"):
    """What may change on a program; what is not given stays."""

    title: Title | None = None
    description: Text | None = None
    subscribed_applications: Applications | None = None
    default_validity: str | None = None
    default_pending: str | None = None
    allow_subledger: bool | None = None
    users_per_card_limit: Annotated[int, Meta(ge=0, le=limits.USERS_PER_CARD_MAX)] | None = None
    program_join_policy: JoinPolicyName | None = None
    return_policy: ReturnPolicyName | None = None
    tiers_expiration_policy: ExpirationPolicyName | None = None
    tiers_expiration_attribute: str | None = None
    tier_cycle_start_date: Moment | None = None
    tiers_expire_in: str | None = None
    tiers_downgrade_policy: DowngradePolicyName | None = None
    card_code_settings: CodeGeneratorSettings | None = None
    tiers: Tiers | None = None
    # These stay what they were; another value is refused.
    name: str | None = None
    timezone: str | None = None
    sandbox: bool | None = None
    card_based: bool | None = None


class NewLoyaltyProgram(LoyaltyProgramChange, kw_only=True, rename="camel"):
    """A program as a caller defines it."""

    name: ApiName
    title: Title
    default_validity: str
    default_pending: str
    allow_subledger: bool
    sandbox: bool
    timezone: str
    card_based: bool = False


class LoyaltyTier(msgspec.Struct, kw_only=True, rename="camel"):
    """A tier as answered."""

    id: int
    created: datetime
    program_id: int = msgspec.field(name="programID")
    program_name: str
    program_title: str
    name: str
    min_points: Decimal


class LoyaltyProgram(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A program as answered, with what may still change of it."""

    id: int
    created: datetime
    account_id: int = msgspec.field(name="accountID")
    name: str
    title: str
    description: str
    subscribed_applications: list[int]
    default_validity: str
    default_pending: str
    allow_subledger: bool
    users_per_card_limit: int
    sandbox: bool
    program_join_policy: str
    return_policy: str
    tiers_expiration_policy: str | None = None
    tiers_expiration_attribute: str | None = None
    tier_cycle_start_date: datetime | None = None
    tiers_expire_in: str | None = None
    tiers_downgrade_policy: str | None = None
    card_code_settings: dict[str, Any] | None = None
    timezone: str
    card_based: bool
    tiers: list[LoyaltyTier]
    can_update_tiers: bool
    can_update_tier_expiration_policy: bool
    can_upgrade_to_advanced_tiers: bool
    can_update_subledgers: bool
