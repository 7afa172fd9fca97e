"""Webhooks as the wire knows them (behaviour/definitions 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.features.common.ids import Id
from tercel.features.common.templates import Parameters, Template, TemplateParameter, Text

Verb = Literal["POST", "PUT", "GET", "DELETE", "PATCH"]
# Because: a plain `$` would let a line break follow.
Title = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.!~*'() -]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)
]


class NewWebhook(msgspec.Struct, kw_only=True, rename="camel"):
    """A webhook as a caller defines it.

    It is available in the named applications, in all when none is named. ``enabled`` says whether people who write rules
    see it, a draft cannot be used at all. URL, values of headers and payload are templates.
    """

    application_ids: Annotated[list[Id], Meta(max_length=limits.SUBSCRIPTIONS_MAX)]
    title: Title
    description: Text = ""
    draft: bool
    verb: Verb
    url: Text
    headers: Annotated[list[Text], Meta(max_length=limits.WEBHOOK_HEADERS_MAX)]
    payload: Template = ""
    params: Parameters
    enabled: bool
    authentication_id: int | msgspec.UnsetType = msgspec.UNSET


class Webhook(msgspec.Struct, kw_only=True, rename="camel"):
    """A webhook as answered."""

    id: int
    created: datetime
    modified: datetime
    application_ids: list[int]
    title: str
    description: str
    draft: bool
    verb: Verb
    url: str
    headers: list[str]
    payload: str
    params: list[TemplateParameter]
    enabled: bool
