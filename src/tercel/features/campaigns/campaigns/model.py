"""Campaigns as the wire knows them (behaviour/campaigns 2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base import limits
from tercel.features.common.ids import Id
from tercel.features.common.limits import LimitConfig

State = Literal["enabled", "disabled", "archived"]
FrontendState = Literal["expired", "scheduled", "running", "disabled", "archived", "staged"]
#: What lists can be narrowed to.
CampaignState = Literal["enabled", "disabled", "archived", "scheduled", "running", "expired", "staged"]
CampaignType = Literal["advanced", "cartItem"]
Feature = Literal[
    "coupons", "referrals", "loyalty", "giveaways", "strikethrough", "achievements", "advancedEvents"
]

Moment = Annotated[datetime, Meta(tz=True)]
Tag = Annotated[str, Meta(min_length=1, max_length=limits.TAG_LENGTH_MAX)]
Pattern = Annotated[
    str,
    Meta(
        min_length=limits.COUPON_PATTERN_LENGTH_MIN,
        max_length=limits.COUPON_PATTERN_LENGTH_MAX,
        # Because: a plain `$` would let a line break follow.
        pattern=r"^[A-Za-z0-9._%+@#-]+$(?!\n)",
    ),
]
Character = Annotated[str, Meta(min_length=1, max_length=1)]


class CodeGeneratorSettings(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How codes are made unless a request says otherwise: each ``#`` of the pattern becomes one of the characters."""

    valid_characters: Annotated[list[Character], Meta(max_length=limits.VALID_CHARACTERS_MAX)]
    coupon_pattern: Pattern


class CampaignInput(msgspec.Struct, kw_only=True, rename="camel"):
    """What a caller may set. Unset means the default for a new campaign and "as it was" for an existing one."""

    name: Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
    description: Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)] = ""
    start_time: Moment | None = None
    end_time: Moment | None = None
    attributes: dict[str, Any] = {}
    state: State | UnsetType = UNSET
    active_ruleset_id: Id | UnsetType = UNSET
    tags: Annotated[list[Tag], Meta(max_length=limits.TAGS_MAX)]
    reevaluate_on_return: bool = False
    features: list[Feature]
    coupon_settings: CodeGeneratorSettings | None = None
    referral_settings: CodeGeneratorSettings | None = None
    campaign_groups: Annotated[list[Id], Meta(max_length=limits.SUBSCRIPTIONS_MAX)] = []
    type: CampaignType | UnsetType = UNSET
    linked_store_ids: Annotated[list[Id], Meta(max_length=limits.LINKED_STORES_MAX)] = []
    coupon_attributes: dict[str, Any] = {}
    evaluation_group_id: Id | UnsetType = UNSET


class NewCampaign(CampaignInput, kw_only=True, rename="camel"):
    """A campaign to create; without limits it gets those of the application."""

    limits: list[LimitConfig] | UnsetType = UNSET


class UpdateCampaign(CampaignInput, kw_only=True, rename="camel"):
    """What a campaign becomes: what is left out goes back to its default, but for the fields that may be unset."""

    limits: list[LimitConfig]


class CampaignSearch(msgspec.Struct, kw_only=True):
    """Attributes that a campaign must have, all with these values."""

    attributes: dict[str, Any]


class CampaignBudget(msgspec.Struct, kw_only=True):
    """How much of a limit is used."""

    action: str
    limit: Decimal
    counter: Decimal


class Campaign(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A campaign as answered. The counters after ``budgets`` are deprecated by the contract but still kept."""

    id: int
    created: datetime
    application_id: int
    user_id: int
    name: str
    description: str
    start_time: datetime | None = None
    end_time: datetime | None = None
    attributes: dict[str, Any]
    state: State
    active_ruleset_id: int | None = None
    tags: list[str]
    reevaluate_on_return: bool
    features: list[str]
    coupon_settings: CodeGeneratorSettings | None = None
    referral_settings: CodeGeneratorSettings | None = None
    limits: list[LimitConfig]
    campaign_groups: list[int]
    type: CampaignType
    linked_store_ids: list[int]
    coupon_attributes: dict[str, Any]
    budgets: list[CampaignBudget]
    coupon_redemption_count: int
    referral_redemption_count: int
    discount_count: Decimal
    discount_effect_count: int
    coupon_creation_count: int
    custom_effect_count: int
    referral_creation_count: int
    add_free_item_effect_count: int
    awarded_giveaways_count: int
    created_loyalty_points_count: Decimal
    created_loyalty_points_effect_count: int
    redeemed_loyalty_points_count: Decimal
    redeemed_loyalty_points_effect_count: int
    call_api_effect_count: int
    reservecoupon_effect_count: int
    last_activity: datetime | None = None
    updated: datetime
    created_by: str | None = None
    updated_by: str | None = None
    frontend_state: FrontendState
    stores_imported: bool
    experiment_id: int | None = None
