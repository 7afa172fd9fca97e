"""Groups, and the tree as one document, as the wire knows them (behaviour/groups 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base import limits

EvaluationMode = Literal["stackable", "listOrder", "lowestDiscount", "highestDiscount"]
EvaluationScope = Literal["cartItem", "session"]
GroupName = Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
Description = Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
Id = Annotated[int, Meta(ge=1)]


class NewEvaluationGroup(msgspec.Struct, kw_only=True, rename="camel"):
    """A group as a caller makes it, at the end of its parent."""

    name: GroupName
    parent_id: Id
    evaluation_mode: EvaluationMode
    evaluation_scope: EvaluationScope
    locked: bool
    description: Description = ""


class UpdateEvaluationGroup(msgspec.Struct, kw_only=True, rename="camel"):
    """New settings of a group. Another parent moves it to that one's end; the base group has none."""

    name: GroupName
    evaluation_mode: EvaluationMode
    evaluation_scope: EvaluationScope
    locked: bool
    parent_id: Id | UnsetType = UNSET
    description: Description = ""


class EvaluationGroup(msgspec.Struct, kw_only=True, rename="camel"):
    """A group as answered. The base group has no parent."""

    id: int
    application_id: int
    name: str
    description: str
    parent_id: int | UnsetType = UNSET
    evaluation_mode: EvaluationMode
    evaluation_scope: EvaluationScope
    locked: bool


class CampaignNode(msgspec.Struct, kw_only=True, rename="camel", tag="CAMPAIGN", tag_field="type"):
    """A campaign in the tree."""

    campaign_id: Id


class GroupNode(
    msgspec.Struct, kw_only=True, rename="camel", tag="SET", tag_field="type", omit_defaults=True
):
    """A group in the tree, with its members in order. Without a ``groupId`` it is a new one.

    ``operator`` is the older form of the mode: FIRST is ``listOrder``, ALL is any other.
    """

    name: GroupName
    operator: Literal["ALL", "FIRST"]
    elements: list[GroupNode | CampaignNode]
    group_id: Id | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    evaluation_mode: EvaluationMode | UnsetType = UNSET
    evaluation_scope: EvaluationScope | UnsetType = UNSET


class NewCampaignSet(msgspec.Struct, kw_only=True, rename="camel"):
    """The whole tree as a caller wants it. ``version`` is that of the set it was made from."""

    application_id: int
    set: GroupNode
    version: int | UnsetType = UNSET


class CampaignSet(msgspec.Struct, kw_only=True, rename="camel"):
    """The whole tree as answered; equal trees have equal versions."""

    id: int
    created: datetime
    application_id: int
    version: int
    set: GroupNode
