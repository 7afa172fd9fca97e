"""Jobs as the wire knows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

#: The last one is a failure that has a name of its own: the pattern has no free codes left.
Status = Literal["pending", "completed", "failed", "coupon pattern full"]


class Job(msgspec.Struct, kw_only=True, rename="camel"):
    """A job as answered: ``done`` of ``total`` coupons; ``message`` says what ended it early."""

    id: int
    created: datetime
    application_id: int
    campaign_id: int
    kind: str
    status: Status
    done: int
    total: int | UnsetType = UNSET
    batch_id: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    finished: datetime | UnsetType = UNSET
    created_by: int


class NewJob(msgspec.Struct, kw_only=True):
    """What a job is to do. ``settings`` is a document that only those who do this kind of work read."""

    application_id: int
    campaign_id: int
    kind: str
    settings: Any
    created: datetime
    created_by_id: int
    total: int | None = None
    batch_id: str | None = None


class OpenJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is to be done, locked in the transaction of its next step."""

    id: int
    application_id: int
    campaign_id: int
    kind: str
    settings: Any
    total: int | None
    done: int
    position: int
    batch_id: str | None
    created: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one step did: ``done`` more of ``total``, up to ``position``; ``is_last`` when nothing is left."""

    done: int
    is_last: bool
    position: int = 0
    total: int | None = None
