"""Finding sessions of an application by what they hold (management.md 6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from tercel.base.errors import InvalidError, NotFoundError
from tercel.base.keys import lookup_key
from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.codes.filters import is_between
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.sessions.model import ApplicationSession, SessionFilter
from tercel.features.sessions.read import newest_first, select_sessions, session_from_row

#: Shorter terms are compared exactly even in a partial match.
_PARTIAL_LENGTH_MIN = 3

_SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "id": sessions.c.id,
    "created": sessions.c.created,
    "updated": sessions.c.updated,
    "integrationId": sessions.c.integration_id,
    "profileId": sessions.c.profile_id,
    "storeIntegrationId": sessions.c.store_integration_id,
    "state": sessions.c.state,
    "total": sessions.c.total,
    "totalDiscounts": sessions.c.total_discounts,
}


async def list_sessions(
    tx: Transaction, application_id: int, *, filters: SessionFilter, page: PageRequest
) -> Page[ApplicationSession]:
    """A page of the sessions of an application.

    Raises:
        InvalidError: the sort field is unknown, or several texts are to match partially.
    """
    statement = select_sessions(application_id).where(*_conditions(filters))
    return await fetch_page(tx, _ordered(statement, page.sort), page, counted=False, row=session_from_row)


async def get_session(tx: Transaction, application_id: int, session_id: int) -> ApplicationSession:
    """One session of an application, by its internal id.

    Raises:
        NotFoundError: the application has no such session.
    """
    row = await tx.one_or_none(select_sessions(application_id).where(sessions.c.id == session_id))
    if row is None:
        raise NotFoundError(f"session `{session_id}` does not exist in this application")
    return session_from_row(row)


def _ordered(statement: Select[Any], sort: str | None) -> Select[Any]:
    if not sort:
        return newest_first(statement)
    return order_by(statement, sort, allowed=_SORTABLE, default=sessions.c.id)


def _conditions(filters: SessionFilter) -> Iterator[ColumnElement[bool]]:
    yield from is_between(sessions.c.created, filters.created_after, filters.created_before)
    if filters.state:
        yield sessions.c.state.in_(filters.state)
    terms = {name: term for name in _TEXTS if (term := getattr(filters, name))}
    if filters.partial_match and len(terms) > 1:
        raise InvalidError.parameter("partialMatch", "not", "a partial match takes exactly one text filter")
    for name, term in terms.items():
        is_exactly, contains = _TEXTS[name]
        is_partial = filters.partial_match and len(term) >= _PARTIAL_LENGTH_MIN
        yield contains(term) if is_partial else is_exactly(term)


def _contained_in(column: ColumnElement[str]) -> Callable[[str], ColumnElement[bool]]:
    return lambda term: column.icontains(term, autoescape=True)


def _has_profile(integration_id: str) -> ColumnElement[bool]:
    """Through the profile's key, because sessions have an index on the profile's id."""
    profile_ids = select(profiles.c.id).where(profiles.c.key == lookup_key(integration_id))
    return sessions.c.profile_id.in_(profile_ids)


def _cases(code: str) -> set[str]:
    """A code as it may be stored: as typed, or folded by the application's setting."""
    return {code, code.upper(), code.lower()}


def _has_coupon(code: str) -> ColumnElement[bool]:
    # Because: the index holds only sessions with codes, and is used only when the statement says so too.
    has_codes: ColumnElement[bool] = sessions.c.coupon_codes != literal_column("'{}'")
    return and_(has_codes, sessions.c.coupon_codes.overlap(cast(sorted(_cases(code)), ARRAY(TEXT))))


def _has_coupon_like(term: str) -> ColumnElement[bool]:
    code = func.unnest(sessions.c.coupon_codes).column_valued("code")
    return exists(select(code).where(code.icontains(term, autoescape=True)))


#: Text filters by field: the exact comparison and the partial one.
_TEXTS: Mapping[str, tuple[Callable[[str], ColumnElement[bool]], Callable[[str], ColumnElement[bool]]]] = {
    "integration_id": (
        lambda term: sessions.c.key == lookup_key(term),
        _contained_in(sessions.c.integration_id),
    ),
    "profile": (_has_profile, _contained_in(sessions.c.profile_integration_id)),
    "coupon": (_has_coupon, _has_coupon_like),
    "referral": (
        lambda term: sessions.c.referral_code.in_(_cases(term)),
        _contained_in(sessions.c.referral_code),
    ),
    "store_integration_id": (
        lambda term: sessions.c.store_integration_id == term,
        _contained_in(sessions.c.store_integration_id),
    ),
}
