"""Events as the wire knows them (behaviour/events 2, 4, 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base import limits

Identifier = Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
CampaignIds = Annotated[list[int], Meta(max_length=limits.EVALUABLE_CAMPAIGNS_MAX)]
LoyaltyCards = Annotated[
    list[Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]], Meta(max_length=limits.LOYALTY_CARDS_MAX)
]


class NewEvent(msgspec.Struct, kw_only=True, rename="camel"):
    """What every tracked event says: what happened to whom, and where. An empty profile is none."""

    profile_id: Annotated[str, Meta(max_length=limits.INTEGRATION_ID_LENGTH_MAX)] | None = None
    type: Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
    attributes: dict[str, Any] = {}
    store_integration_id: Identifier | None = None
    evaluable_campaign_ids: CampaignIds | None = None
    loyalty_cards: LoyaltyCards | None = None


class EventRequest(NewEvent, kw_only=True, rename="camel"):
    """The body of version 2."""

    response_content: list[
        Literal[
            "customerProfile",
            "triggeredCampaigns",
            "loyalty",
            "event",
            "awardedGiveaways",
            "ruleFailureReasons",
            "campaignEligibility",
            "achievements",
        ]
    ] = []


class AdvancedEventRequest(NewEvent, kw_only=True, rename="camel"):
    """The body of version 3: the client names the event, and the session it follows.

    Older clients spell the session otherwise, and ask for the event under its old name.
    """

    integration_id: Identifier
    connected_session_id: Identifier | None = None
    connected_session: Identifier | None = msgspec.field(default=None, name="connectedSessionID")
    response_content: list[
        Literal[
            "customerProfile",
            "triggeredCampaigns",
            "loyalty",
            "advancedEvent",
            "event",
            "awardedGiveaways",
            "ruleFailureReasons",
        ]
    ] = []

    @property
    def session_integration_id(self) -> str | None:
        """The session that the event follows."""
        return self.connected_session_id or self.connected_session


class AdvancedEvent(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """An advanced event as answered. Its effects have the old array form: the name, then the values of the props."""

    id: int
    created: datetime
    application_id: int
    integration_id: str
    connected_session_id: str | None = None
    profile_id: str | None = None
    store_integration_id: str | None = None
    type: str
    attributes: msgspec.Raw
    effects: list[list[Any]]


class ApplicationEvent(msgspec.Struct, kw_only=True, rename="camel"):
    """An event as the management side answers it, with internal ids."""

    id: int
    created: datetime
    application_id: int
    profile_id: int | UnsetType = UNSET
    store_id: int | UnsetType = UNSET
    store_integration_id: str | UnsetType = UNSET
    integration_id: str | UnsetType = UNSET
    session_id: int | UnsetType = UNSET
    type: str
    attributes: dict[str, Any]
    effects: list[Any]
    rule_failure_reasons: list[Any] | UnsetType = UNSET
