"""Rows of sessions as answered."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, Select, select

from tercel.base.numbers import ZERO, tidy
from tercel.database.tables.sessions import sessions
from tercel.features.common.page import Page
from tercel.features.sessions.model import ApplicationSession

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
    """The sessions of an application, with the columns that answers show."""
    return select(*_COLUMNS).where(sessions.c.application_id == application_id)


def newest_first(statement: Select[Any]) -> Select[Any]:
    """The order of lists unless told otherwise."""
    return statement.order_by(sessions.c.created.desc(), sessions.c.id.desc())


def session_from_row(row: Row[Any]) -> ApplicationSession:
    """A row of ``select_sessions`` as answered."""
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
        cart_items=row.cart_items,
        total_discounts=tidy(row.total_discounts),
        total=tidy(row.total),
        attributes=row.attributes,
    )


def as_in_lists(page: Page[ApplicationSession], *, shows_discounts: bool) -> Page[ApplicationSession]:
    """The page as lists show it: with several sessions, ``totalDiscounts`` is 0 (management.md 6.2) unless the
    operator's settings say otherwise.
    """
    if not shows_discounts and len(page.data) > 1:
        for session in page.data:
            session.total_discounts = ZERO
    return page


def _or_unset(value: Any) -> Any:
    return value or UNSET
