"""Stores as the wire knows them (behaviour/definitions 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.base.limits import STORE_NAME_LENGTH_MAX


class NewStore(msgspec.Struct, kw_only=True, rename="camel"):
    """A store as a caller describes it."""

    name: Annotated[str, Meta(min_length=1, max_length=STORE_NAME_LENGTH_MAX)]
    description: Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
    attributes: dict[str, Any] = {}
    integration_id: Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]


class Store(msgspec.Struct, kw_only=True, rename="camel"):
    """A store as answered."""

    id: int
    created: datetime
    application_id: int
    updated: datetime
    name: str
    description: str
    attributes: dict[str, Any]
    integration_id: str
    linked_campaign_ids: list[int]
