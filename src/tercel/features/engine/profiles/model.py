"""The profile as the Integration API speaks of it (behaviour/profiles 3, 4)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits

ResponseContent = Literal[
    "customerProfile",
    "triggeredCampaigns",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "campaignEligibility",
    "achievements",
]


class AudiencesChanges(msgspec.Struct):
    """Audiences that the profile joins and leaves, by id."""

    adds: list[int] = []
    deletes: list[int] = []


class ProfileRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """The body of a profile update. Attributes are set key by key, null removes one."""

    attributes: dict[str, Any] = {}
    evaluable_campaign_ids: Annotated[list[int], Meta(max_length=limits.EVALUABLE_CAMPAIGNS_MAX)] | None = (
        None
    )
    audiences_changes: AudiencesChanges | None = None
    response_content: list[ResponseContent] = []


class ProfileUpdate(msgspec.Struct, kw_only=True, rename="camel"):
    """One entry of a bulk update."""

    integration_id: Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
    attributes: dict[str, Any] = {}


class BulkRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """The body of a bulk update."""

    customer_profiles: Annotated[list[ProfileUpdate], Meta(max_length=limits.PROFILES_PER_CALL_MAX)] = []
