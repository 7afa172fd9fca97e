"""Keys on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base.limits import KEY_ENDPOINTS_MAX, NAME_LENGTH_MAX

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
Moment = Annotated[datetime, Meta(tz=True)]
Platform = Literal[
    "none",
    "segment",
    "braze",
    "mparticle",
    "shopify",
    "iterable",
    "customer_engagement",
    "customer_data",
    "salesforce",
    "emarsys",
]
_ANY_PATH = "*"


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a management key's allow-list: a path template, with a method or for all methods.

    The path ``*`` stands for every endpoint that is not reserved for administrators.
    """

    path: Annotated[str, Meta(pattern=r"^(/.*|\*)$", max_length=NAME_LENGTH_MAX)]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None

    def __str__(self) -> str:
        """Return the endpoint as people write it."""
        return f"{self.method} {self.path}" if self.method else self.path

    @property
    def is_wildcard(self) -> bool:
        """Whether it stands for every path."""
        return self.path == _ANY_PATH

    def covers(self, method: str, path: str) -> bool:
        """Tell whether it allows this operation. Names of path parameters do not matter."""
        return self.method in {None, method} and (self.is_wildcard or shape(self.path) == shape(path))


def shape(path: str) -> str:
    """Return a path with unnamed parameters, for comparison."""
    return "/" + "/".join("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))


class CreateApplicationAPIKey(msgspec.Struct, rename="camel", kw_only=True):
    """What is needed for a new integration key. ``type`` "staging" makes a testing key, which is always dry."""

    title: Name
    expires: Moment
    platform: Platform = "none"
    type: Literal["staging"] | None = None
    time_offset: int = 0


class UpdateApplicationAPIKey(msgspec.Struct, rename="camel"):
    """What may change: the nanoseconds that a testing key adds to now."""

    time_offset: int


class ApplicationAPIKey(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """An integration key. ``key`` is there only in the answer to its creation."""

    id: int
    title: str
    expires: datetime
    platform: str
    type: str | None = None
    time_offset: int | None = None
    created_by: int
    account_id: int = msgspec.field(name="accountID")
    application_id: int = msgspec.field(name="applicationID")
    created: datetime
    key: str | None = None


class CreateManagementKey(msgspec.Struct, rename="camel", kw_only=True):
    """What is needed for a new management key. No applications named means every application."""

    name: Name
    expiry_date: Moment
    endpoints: Annotated[list[Endpoint], Meta(max_length=KEY_ENDPOINTS_MAX)]
    allowed_application_ids: Annotated[list[int], Meta(max_length=KEY_ENDPOINTS_MAX)] = []


class UpdateManagementKey(msgspec.Struct, rename="camel", kw_only=True):
    """A change of a management key. What is left out stays as it is."""

    name: Name | UnsetType = UNSET
    endpoints: Annotated[list[Endpoint], Meta(max_length=KEY_ENDPOINTS_MAX)] | UnsetType = UNSET
    allowed_application_ids: Annotated[list[int], Meta(max_length=KEY_ENDPOINTS_MAX)] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class ManagementKey(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """A management key. ``key`` is there only in the answer to its creation."""

    id: int
    created_by: int
    account_id: int = msgspec.field(name="accountID")
    created: datetime
    name: str
    expiry_date: datetime
    endpoints: list[Endpoint]
    allowed_application_ids: list[int] = []
    disabled: bool
    last_used: datetime | None = None
    key: str | None = None
