"""Lists of sessions of an application, by what they hold and by their customers (behaviour/lists 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from sqlalchemy import ColumnElement, and_, cast, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from tercel.base.errors import InvalidError
from tercel.base.keys import clean_code, code_forms, lookup_key
from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.common.filters import Filter, Moment, one_of, since, until
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.customers.profiles.model import CustomerProfileSearchQuery
from tercel.features.customers.profiles.search import search_conditions
from tercel.features.engine.sessions.model import ApplicationSession, SessionState
from tercel.features.engine.sessions.read import select_sessions, session_from_row

#: Shorter terms are compared exactly even in a partial match.
_PARTIAL_LENGTH_MIN = 3


class SessionFilter(Filter, kw_only=True, rename="camel"):
    """Which sessions to list. ``profile`` is an integration id."""

    profile: str | None = None
    state: Annotated[list[SessionState], one_of(sessions.c.state)] | None = None
    created_before: Annotated[Moment, until(sessions.c.created)] | None = None
    created_after: Annotated[Moment, since(sessions.c.created)] | None = None
    coupon: str | None = None
    referral: str | None = None
    integration_id: str | None = None
    store_integration_id: str | None = None
    partial_match: bool = False

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        terms = {name: _meant(name, term) for name in _TEXTS if (term := getattr(self, name))}
        if self.partial_match and len(terms) > 1:
            raise InvalidError.parameter(
                "partialMatch", "not", "a partial match takes exactly one text filter"
            )
        for name, term in terms.items():
            is_exactly, contains = _TEXTS[name]
            is_partial = self.partial_match and len(term) >= _PARTIAL_LENGTH_MIN
            yield contains(term) if is_partial else is_exactly(term)


SESSIONS: Listing[ApplicationScope, ApplicationSession] = Listing(
    select=lambda scope: select_sessions(scope.application_id),
    answer=each(session_from_row),
    key=sessions.c.id,
    sort={
        "id": sessions.c.id,
        "created": sessions.c.created,
        "updated": sessions.c.updated,
        "integrationId": sessions.c.integration_id,
        "profileId": sessions.c.profile_id,
        "storeIntegrationId": sessions.c.store_integration_id,
        "state": sessions.c.state,
        "total": sessions.c.total,
        "totalDiscounts": sessions.c.total_discounts,
    },
    order=[sessions.c.created.desc(), sessions.c.id.desc()],
)


async def of_customers(
    tx: Transaction, scope: Scope, query: CustomerProfileSearchQuery
) -> ColumnElement[bool]:
    """Return the condition that a session is of a customer whom the query finds; those without a customer are never found.

    Raises:
        InvalidError: an attribute of the query does not exist.
    """
    which = await search_conditions(tx, scope.account_id, query)
    return sessions.c.profile_id.in_(select(profiles.c.id).where(*scope.account.holds(profiles), *which))


def _meant(name: str, term: str) -> str:
    return clean_code(term) if name in _CODES else term


def _contained_in(column: ColumnElement[str]) -> Callable[[str], ColumnElement[bool]]:
    return lambda term: column.icontains(term, autoescape=True)


def has_profile(integration_id: str) -> ColumnElement[bool]:
    """Through the profile's key, because sessions have an index on the profile's id."""
    profile_ids = select(profiles.c.id).where(profiles.c.key == lookup_key(integration_id))
    return sessions.c.profile_id.in_(profile_ids)


def _has_coupon(code: str) -> ColumnElement[bool]:
    # Because: the index holds only sessions with codes, and is used only when the statement says so too.
    has_codes: ColumnElement[bool] = sessions.c.coupon_codes != literal_column("'{}'")
    return and_(has_codes, sessions.c.coupon_codes.overlap(cast(sorted(code_forms(code)), ARRAY(TEXT))))


def _has_coupon_like(term: str) -> ColumnElement[bool]:
    code = func.unnest(sessions.c.coupon_codes).column_valued("code")
    return exists(select(code).where(code.icontains(term, autoescape=True)))


_CODES = frozenset({"coupon", "referral"})
#: Text filters by field: the exact comparison and the partial one.
_TEXTS: Mapping[str, tuple[Callable[[str], ColumnElement[bool]], Callable[[str], ColumnElement[bool]]]] = {
    "integration_id": (
        lambda term: sessions.c.key == lookup_key(term),
        _contained_in(sessions.c.integration_id),
    ),
    "profile": (has_profile, _contained_in(sessions.c.profile_integration_id)),
    "coupon": (_has_coupon, _has_coupon_like),
    "referral": (
        lambda term: sessions.c.referral_code.in_(code_forms(term)),
        _contained_in(sessions.c.referral_code),
    ),
    "store_integration_id": (
        lambda term: sessions.c.store_integration_id == term,
        _contained_in(sessions.c.store_integration_id),
    ),
}
