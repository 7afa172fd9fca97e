"""Attributes and event types as the wire knows them (behaviour/definitions 1; behaviour/events 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.features.common.attribute_values import AttributeType

Entity = Literal[
    "Application",
    "Campaign",
    "CustomerProfile",
    "CustomerSession",
    "CartItem",
    "Coupon",
    "Event",
    "Giveaway",
    "LoyaltyCard",
    "Referral",
    "Store",
]
ENTITIES: tuple[str, ...] = get_args(Entity)

# Because: a plain `$` would let a line break follow.
ApiName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)]
Title = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.!~*'() -]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)
]
Description = Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
Suggestion = Annotated[str, Meta(min_length=1, max_length=limits.TEXT_LENGTH_MAX)]
Ids = Annotated[list[Annotated[int, Meta(ge=1)]], Meta(max_length=limits.SUBSCRIPTIONS_MAX)]


class NewAttribute(msgspec.Struct, kw_only=True, rename="camel"):
    """An attribute as a caller defines it. ``event_type`` goes with the entity Event and only with it."""

    entity: Entity
    event_type: Annotated[str, Meta(max_length=limits.NAME_LENGTH_MAX)] = ""
    name: ApiName
    title: Title
    type: AttributeType
    description: Description
    suggestions: Annotated[list[Suggestion], Meta(max_length=limits.SUGGESTIONS_MAX)] = []
    restricted_by_suggestions: bool = False
    editable: bool
    subscribed_applications_ids: Ids = []
    subscribed_catalogs_ids: Ids = []


class Attribute(msgspec.Struct, kw_only=True, rename="camel"):
    """An attribute as answered. ``has_allowed_list`` tells that a list of allowed values was imported."""

    id: int
    created: datetime
    account_id: int
    entity: Entity
    event_type: str | msgspec.UnsetType = msgspec.UNSET
    event_type_id: int | msgspec.UnsetType = msgspec.UNSET
    name: str
    title: str
    type: AttributeType
    description: str
    suggestions: list[str]
    has_allowed_list: bool
    restricted_by_suggestions: bool
    editable: bool
    subscribed_applications_ids: list[int]
    subscribed_catalogs_ids: list[int]


class NewEventType(msgspec.Struct, kw_only=True, rename="camel"):
    """A type of custom events as a caller defines it."""

    name: Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
    title: Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
    description: Description = ""


class EventType(msgspec.Struct, kw_only=True, rename="camel"):
    """A type of custom events as answered."""

    id: int
    created: datetime
    name: str
    title: str
    description: str
