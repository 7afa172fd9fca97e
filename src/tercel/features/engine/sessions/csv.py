"""Sessions as files (behaviour/csv 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from sqlalchemy import ColumnElement, select

from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.common.csv.cells import DateFormat
from tercel.features.common.csv.exporting import Export, File, member
from tercel.features.common.filters import Filter, Moment, equals, since, until
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.engine.sessions.listing import has_profile
from tercel.features.engine.sessions.model import SessionState


class SessionExportQuery(Filter, kw_only=True, rename="camel"):
    """Which sessions go out, and how."""

    created_before: Annotated[Moment, until(sessions.c.created)] | None = None
    created_after: Annotated[Moment, since(sessions.c.created)] | None = None
    updated_before: Annotated[Moment, until(sessions.c.updated)] | None = None
    updated_after: Annotated[Moment, since(sessions.c.updated)] | None = None
    profile_integration_id: str | None = None
    customer_session_state: Annotated[SessionState, equals(sessions.c.state)] | None = None
    date_format: DateFormat | None = None

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        if self.profile_integration_id:
            yield has_profile(self.profile_integration_id)


_ROWS: Listing[ApplicationScope, Any] = Listing(
    select=lambda scope: select(sessions).where(*scope.holds(sessions)),
    answer=each(lambda row: row),
    key=sessions.c.id,
)
_FILE = Export(
    name="sessions",
    entity="CustomerSession",
    listing=_ROWS,
    columns={
        "id": member("id"),
        "firstsession": member("first_session"),
        "integrationid": member("integration_id"),
        "applicationid": member("application_id"),
        "profileid": member("profile_id"),
        "profileintegrationid": member("profile_integration_id"),
        "created": member("created"),
        "state": member("state"),
        "cartitems": member("cart_items"),
        "discounts": member("total_discounts"),
        "total": member("total"),
        "attributes": member("attributes"),
        "closedat": member("closed_at"),
        "cancelledat": member("cancelled_at"),
        "referral": member("referral_code"),
        "identifiers": member("identifiers"),
        "additional_costs": member("additional_costs"),
        "updated": member("updated"),
        "store_integration_id": member("store_integration_id"),
        "coupons": member("coupon_codes"),
    },
)


async def export_sessions(tx: Transaction, scope: ApplicationScope, query: SessionExportQuery) -> File:
    """Begin the export of the sessions that are meant, in the order of their making."""
    return await _FILE.begin(tx, scope, query, times=query.date_format)
