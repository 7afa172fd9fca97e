"""Additional costs as the wire knows them (behaviour/definitions 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits

CostType = Literal["session", "item", "both"]
# Because: a plain `$` would let a line break follow.
ApiName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)]
Title = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.!~*'() -]*$(?!\n)", max_length=limits.NAME_LENGTH_MAX)
]


class NewAdditionalCost(msgspec.Struct, kw_only=True, rename="camel"):
    """A cost as a caller defines it. It is available in the named applications, in all when none is named."""

    name: ApiName
    title: Title
    description: Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
    subscribed_application_ids: Annotated[
        list[Annotated[int, Meta(ge=1)]], Meta(max_length=limits.SUBSCRIPTIONS_MAX)
    ] = msgspec.field(default_factory=list, name="subscribedApplicationsIds")
    type: CostType = "session"


class AdditionalCost(msgspec.Struct, kw_only=True, rename="camel"):
    """A cost as answered."""

    id: int
    created: datetime
    account_id: int
    name: str
    title: str
    description: str
    subscribed_application_ids: list[int] = msgspec.field(name="subscribedApplicationsIds")
    type: CostType
