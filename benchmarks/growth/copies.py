"""What a copied session consists of: for each table, the values in which a copy differs from the pattern.

``numbers`` is a temporary table with a row for each session to make, ``customers`` one for each of their customers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import DictRow
from sqlalchemy import Table

from tercel.base.codec import decode_any, encode
from tercel.database.tables.customers import profile_applications, profiles
from tercel.database.tables.ledger import counters, entries
from tercel.database.tables.sessions import events, sessions

#: Every customer has so many sessions, half of them closed with a code.
SESSIONS_PER_CUSTOMER = 4
PATTERN_CODE = "PATTERN"
PATTERN_OPEN, PATTERN_CLOSED = "pattern-open", "pattern-closed"

_MULTIPLIER, _MODULUS = 2_654_435_761, 2**32  # odd, so that every number has a code of its own


def code_of(number: int) -> str:
    """Return the code of a copied coupon."""
    return f"C{number * _MULTIPLIER % _MODULUS:08X}"


def code_sql(number: str) -> str:
    """Return the code of a copied coupon as an SQL expression."""
    return f"'C' || lpad(upper(to_hex(({number}) * {_MULTIPLIER} %% {_MODULUS})), 8, '0')"


def read_pattern(connection: Connection[DictRow], application_id: int) -> dict[str, Any]:
    """Return the ids of the rows that the real requests left, by the names that the statements use."""
    row = connection.execute(_PATTERN, {"application": application_id, "code": PATTERN_CODE}).fetchone()
    assert row is not None
    effects = _with_marks(decode_any(row["effects"]), row["coupon"])
    return row | {"application": application_id, "effects": encode(effects).decode()}


def _with_marks(value: Any, coupon_id: int) -> Any:
    """Return the effects with marks in place of the code and its id."""
    if isinstance(value, dict):
        marked = {name: _with_marks(each, coupon_id) for name, each in value.items()}
        return marked | ({"triggeredByCoupon": "@coupon@"} if "triggeredByCoupon" in value else {})
    if isinstance(value, list):
        return [_with_marks(each, coupon_id) for each in value]
    return "@code@" if value == PATTERN_CODE else value


_PATTERN = f"""SELECT o.id AS open, c.id AS closed, o.effects_event_id AS open_event, c.effects_event_id AS closed_event,
        c.profile_id AS profile, u.id AS coupon, u.campaign_id AS campaign, v.effects AS effects,
        (SELECT count(*) FROM entries AS e WHERE e.session_id = c.id) AS entries
    FROM sessions AS o, sessions AS c JOIN events AS v ON v.id = c.effects_event_id, coupons AS u
    WHERE o.application_id = %(application)s AND o.key = '{PATTERN_OPEN}' AND c.application_id = o.application_id
        AND c.key = '{PATTERN_CLOSED}' AND u.application_id = o.application_id AND u.value = %(code)s"""  # noqa: S608  # our own names

NUMBERS = f"""CREATE TEMPORARY TABLE numbers ON COMMIT DROP AS
    SELECT n, n %% 2 = 1 AS is_closed, %(sessions_from)s + n - %(first)s AS session_id,
        %(events_from)s + n - %(first)s AS event_id, n / {SESSIONS_PER_CUSTOMER} AS customer,
        %(profiles_from)s + (n - %(first)s) / {SESSIONS_PER_CUSTOMER} AS profile_id,
        %(entries_from)s + (n - %(first)s) / 2 * %(entries)s AS entry_from,
        %(since)s + (n - %(first)s) * %(step)s AS created, c.id AS coupon_id, c.value AS code
    FROM generate_series(%(first)s, %(after)s - 1) AS n LEFT JOIN coupons AS c
        ON n %% 2 = 1 AND c.application_id = %(application)s AND c.value = {code_sql("n / 2 %% %(codes)s")}"""  # noqa: S608  # our own numbers

CUSTOMERS = """CREATE TEMPORARY TABLE customers ON COMMIT DROP AS
    SELECT profile_id, customer, min(created) AS created, max(created) AS last, count(*) FILTER (WHERE is_closed) AS closed
    FROM numbers GROUP BY profile_id, customer"""

COUNT_CODES = """UPDATE coupons AS c SET usage_counter = c.usage_counter + n.uses
    FROM (SELECT coupon_id, count(*) AS uses FROM numbers WHERE is_closed GROUP BY coupon_id) AS n
    WHERE c.id = n.coupon_id"""


class Copy(NamedTuple):
    """Rows of one table: like ``p`` of the source, but with these values."""

    table: Table
    values: dict[str, str]
    source: str


_NAME = "'customer-' || n.customer"
_SESSION = "'stored-' || n.n"
_SCOPE = "'Profile=' || n.profile_id"

COPIES = (
    Copy(
        profiles,
        {
            "id": "n.profile_id",
            "integration_id": _NAME,
            "key": _NAME,
            "closed_sessions": "n.closed",
            "total_sales": "n.closed * p.total_sales",
            "last_activity": "n.last",
            "version": "n.closed",
            "created": "n.created",
        },
        "customers AS n, profiles AS p WHERE p.id = %(profile)s",
    ),
    Copy(
        profile_applications,
        {"profile_id": "n.profile_id", "created": "n.created"},
        "customers AS n, profile_applications AS p WHERE p.profile_id = %(profile)s",
    ),
    Copy(
        counters,
        {"scope": _SCOPE, "used": "n.closed * p.used"},
        "customers AS n, counters AS p WHERE p.scope = 'Profile=' || %(profile)s",
    ),
    Copy(
        sessions,
        {
            "id": "n.session_id",
            "integration_id": _SESSION,
            "key": _SESSION,
            "profile_id": "n.profile_id",
            "profile_integration_id": _NAME,
            "coupon_codes": "CASE WHEN n.is_closed THEN ARRAY[n.code] ELSE p.coupon_codes END",
            "first_session": f"n.n %% {SESSIONS_PER_CUSTOMER} < 2",
            "effects_event_id": "n.event_id",
            "created": "n.created",
            "updated": "n.created",
            "closed_at": "CASE WHEN n.is_closed THEN n.created END",
        },
        "numbers AS n JOIN sessions AS p ON p.id = CASE WHEN n.is_closed THEN %(closed)s ELSE %(open)s END",
    ),
    Copy(
        events,
        {
            "id": "n.event_id",
            "created": "n.created",
            "profile_id": "n.profile_id",
            "profile_integration_id": _NAME,
            "session_id": "n.session_id",
            "session_integration_id": _SESSION,
            "effects": "CASE WHEN n.is_closed THEN replace(replace(%(effects)s, '@code@', n.code), '\"@coupon@\"',"
            " n.coupon_id::text) ELSE p.effects END",
        },
        "numbers AS n JOIN events AS p"
        " ON p.id = CASE WHEN n.is_closed THEN %(closed_event)s ELSE %(open_event)s END",
    ),
    Copy(
        entries,
        {
            "id": "n.entry_from + p.place",
            "created": "n.created",
            "event_id": "n.event_id",
            "session_id": "n.session_id",
            "profile_id": "n.profile_id",
            "coupon_id": "CASE WHEN p.coupon_id IS NOT NULL THEN n.coupon_id END",
        },
        "numbers AS n JOIN (SELECT e.*, row_number() OVER (ORDER BY e.id) - 1 AS place FROM entries AS e"
        " WHERE e.session_id = %(closed)s) AS p ON n.is_closed",
    ),
)
