"""Jobs as the wire knows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from tercel.features.common.caller import Caller
from tercel.features.common.scope import CampaignScope, Scope

#: The last one is a failure that has a name of its own: the pattern has no free codes left.
Status = Literal["pending", "completed", "failed", "coupon pattern full"]


def line_of(owner: Literal["campaign", "program", "account"], owner_id: int) -> str:
    """Return the line in which jobs wait for each other: they run one after another, beside those of other lines.

    >>> line_of("program", 7)
    'program 7'
    """
    return f"{owner} {owner_id}"


class Job(msgspec.Struct, kw_only=True, rename="camel"):
    """A job as answered: ``done`` of ``total`` rows; ``message`` says what ended it early. Without an application it belongs to
    the account."""

    id: int
    created: datetime
    application_id: int | UnsetType = UNSET
    campaign_id: int | UnsetType = UNSET
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

    account_id: int
    line: str
    kind: str
    settings: Any
    created: datetime
    created_by_id: int
    application_id: int | None = None
    campaign_id: int | None = None
    total: int | None = None
    batch_id: str | None = None


class OpenJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is to be done, locked in the transaction of its next step."""

    id: int
    account_id: int
    application_id: int | None
    campaign_id: int | None
    kind: str
    settings: Any
    total: int | None
    done: int
    position: int
    batch_id: str | None
    created: datetime
    created_by_id: int

    @property
    def scope(self) -> Scope:
        """The account, for the user who asked, at the time of asking."""
        return Scope(caller=self._caller, now=self.created)

    @property
    def campaign_scope(self) -> CampaignScope:
        """The same for the campaign, of a job that has one."""
        assert self.application_id is not None, "the job has an application"
        assert self.campaign_id is not None, "the job has a campaign"
        return CampaignScope(
            caller=self._caller,
            now=self.created,
            application_id=self.application_id,
            campaign_id=self.campaign_id,
        )

    @property
    def _caller(self) -> Caller:
        return Caller(account_id=self.account_id, user_id=self.created_by_id)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one step did: ``done`` more of ``total``, up to ``position``; ``is_last`` when nothing is left."""

    done: int
    is_last: bool
    position: int = 0
    total: int | None = None
