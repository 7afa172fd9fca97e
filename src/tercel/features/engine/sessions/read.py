"""Rows of sessions for the Management API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, Select, select

from tercel.base.codec import decode_any
from tercel.base.errors import NotFoundError
from tercel.base.numbers import ZERO, tidy
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.engine.sessions.model import ApplicationSession

_COLUMNS = [
    sessions.c[name]
    for name in (
        "id",
        "created",
        "integration_id",
        "store_integration_id",
        "application_id",
        "profile_id",
        "profile_integration_id",
        "coupon_codes",
        "referral_code",
        "state",
        "cart_items",
        "total_discounts",
        "total",
        "attributes",
    )
]


def select_sessions(application_id: int) -> Select[Any]:
    """Select the sessions of an application, with the columns of answers."""
    return select(*_COLUMNS).where(sessions.c.application_id == application_id)


async def get_session(tx: Transaction, application_id: int, session_id: int) -> ApplicationSession:
    """Return one session of an application, by its internal id.

    Raises:
        NotFoundError: the application has no such session.
    """
    row = await tx.one_or_none(select_sessions(application_id).where(sessions.c.id == session_id))
    if row is None:
        raise NotFoundError(f"session `{session_id}` does not exist in this application")
    return session_from_row(row)


def session_from_row(row: Row[Any]) -> ApplicationSession:
    """Return a row of ``select_sessions`` as answered."""
    return ApplicationSession(
        id=row.id,
        created=row.created,
        integration_id=row.integration_id,
        store_integration_id=_or_unset(row.store_integration_id),
        application_id=row.application_id,
        profile_id=_or_unset(row.profile_id),
        profile_integration_id=_or_unset(row.profile_integration_id),
        coupon=row.coupon_codes[0] if row.coupon_codes else "",
        referral=row.referral_code or "",
        state=row.state,
        cart_items=decode_any(row.cart_items),
        total_discounts=tidy(row.total_discounts),
        total=tidy(row.total),
        attributes=row.attributes,
    )


def show_as_in_lists(listed: Sequence[ApplicationSession], *, shows_discounts: bool) -> None:
    """Zero ``totalDiscounts`` in lists of several sessions, as the contract has it (behaviour/lists 5).

    ``shows_discounts`` is the setting of the operator that keeps them.
    """
    if not shows_discounts and len(listed) > 1:
        for session in listed:
            session.total_discounts = ZERO


def _or_unset(value: Any) -> Any:
    return value or UNSET
