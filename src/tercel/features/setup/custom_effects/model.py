"""Custom effects as the wire knows them (behaviour/definitions 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.features.common.ids import Id
from tercel.features.common.templates import Parameters, Template, TemplateParameter, Text

# Because: a plain `$` would let a line break follow.
Name = Annotated[str, Meta(pattern=r"^[A-Za-z](\w|\s)*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)]
Title = Annotated[
    str,
    Meta(pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX),
]


class NewCustomEffect(msgspec.Struct, kw_only=True, rename="camel"):
    """A custom effect as a caller defines it: ``payload`` is JSON with placeholders.

    ``enabled`` says whether people who write rules see it, and ``is_per_item`` what they are offered: one effect for the
    cart, or one for each item.
    """

    application_ids: Annotated[list[Id], Meta(min_length=1, max_length=limits.SUBSCRIPTIONS_MAX)]
    name: Name
    title: Title
    description: Text = ""
    payload: Template
    params: Parameters = []
    is_per_item: bool = False
    enabled: bool


class CustomEffect(msgspec.Struct, kw_only=True, rename="camel"):
    """A custom effect as answered."""

    id: int
    account_id: int
    created: datetime
    modified: datetime
    application_ids: list[int]
    name: str
    title: str
    description: str
    payload: str
    params: list[TemplateParameter]
    is_per_item: bool
    enabled: bool
    created_by: int
    modified_by: int | msgspec.UnsetType = msgspec.UNSET
