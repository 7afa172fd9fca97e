"""Where a request works, for whom and when: what the functions of features are asked with."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, FromClause

from tercel.features.common.caller import Caller


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The account of a caller."""

    caller: Caller
    now: datetime

    @property
    def account_id(self) -> int:
        """The caller's account."""
        return self.caller.account_id

    @property
    def user_id(self) -> int:
        """The user who answers for what is written; callers of the Management API always have one."""
        assert self.caller.user_id is not None, "integration keys have no user"
        return self.caller.user_id

    @property
    def account(self) -> Scope:
        """All of the account."""
        return Scope(caller=self.caller, now=self.now)

    def holds(self, table: FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions on a table's rows that lie in this scope."""
        return [table.c.account_id == self.account_id]

    def columns(self, table: FromClause) -> dict[str, int]:
        """Return what names this scope in a new row of a table, as far as the table has columns for it."""
        names = ("account_id", "application_id", "campaign_id")
        return {name: getattr(self, name) for name in names if name in table.c and hasattr(self, name)}


class ApplicationScope(Scope, frozen=True, kw_only=True):
    """An application that the caller may use."""

    application_id: int

    def holds(self, table: FromClause) -> list[ColumnElement[bool]]:
        return [table.c.application_id == self.application_id]


class CampaignScope(ApplicationScope, frozen=True, kw_only=True):
    """A campaign of that application."""

    campaign_id: int

    def holds(self, table: FromClause) -> list[ColumnElement[bool]]:
        return [*ApplicationScope.holds(self, table), table.c.campaign_id == self.campaign_id]
