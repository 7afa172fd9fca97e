"""Referrals as the wire knows them (behaviour/campaigns 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base import limits
from tercel.features.codes.library.checks import Instant, UsageLimit

ProfileIntegrationId = Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
Friend = Annotated[str, Meta(max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
Attributes = dict[str, Any]


class ReferralConstraints(msgspec.Struct, kw_only=True, rename="camel"):
    """When and how often a referral can be used."""

    start_date: Instant | None = None
    expiry_date: Instant | None = None
    usage_limit: UsageLimit | None = None


class NewReferral(ReferralConstraints, kw_only=True, rename="camel"):
    """A referral for one advocate; used once unless told otherwise."""

    campaign_id: int
    advocate_profile_integration_id: ProfileIntegrationId
    friend_profile_integration_id: Friend | None = None
    attributes: Attributes | None = None


class NewReferralsForMultipleAdvocates(ReferralConstraints, kw_only=True, rename="camel"):
    """One referral for each of many advocates."""

    campaign_id: int
    advocate_profile_integration_ids: Annotated[
        list[ProfileIntegrationId], Meta(min_length=1, max_length=limits.ADVOCATES_PER_CALL_MAX)
    ]
    usage_limit: UsageLimit
    attributes: Attributes | None = None
    valid_characters: list[str] | None = None
    referral_pattern: str | None = None


class UpdateReferral(ReferralConstraints, kw_only=True, rename="camel"):
    """A change of a referral. Absent dates are removed; what else is absent stays."""

    friend_profile_integration_id: Friend | None = None
    attributes: Attributes | None = None


class Referral(msgspec.Struct, kw_only=True, rename="camel"):
    """A referral as answered."""

    id: int
    created: datetime
    campaign_id: int
    code: str
    advocate_profile_integration_id: str
    friend_profile_integration_id: str | UnsetType = UNSET
    start_date: datetime | UnsetType = UNSET
    expiry_date: datetime | UnsetType = UNSET
    usage_limit: int
    usage_counter: int
    attributes: Attributes
    import_id: int | UnsetType = UNSET
    batch_id: str | UnsetType = UNSET
