"""Load what a batch needs: one statement per table, all sent at once.

No locks are taken. A batch that lost its race too often runs once more command by command with ``FOR UPDATE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from psycopg import AsyncConnection

from tercel.base.codec import encode
from tercel.database.round_trip import Statement, round_trip
from tercel.ledger.statements import LOAD_ACTIVE_ENTRIES, LOAD_COUNTERS
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import CouponRow, ProfileRow, ReferralRow, ReturnRow, SessionRow, StoreRow
from tercel.pipeline.work import Work


def _columns(alias: str, row: type[msgspec.Struct]) -> str:
    """The select list of a row struct; raw JSON comes as text."""
    raw = {field.name for field in msgspec.structs.fields(row) if _is_raw(field.type)}
    return ", ".join(
        f"{alias}.{name}::text" if name in raw else f"{alias}.{name}" for name in row.__struct_fields__
    )


def _is_raw(kind: Any) -> bool:
    return kind is msgspec.Raw or kind == msgspec.Raw | None


_SESSION_KEYS = "jsonb_to_recordset(%s::jsonb) AS k(application_id BIGINT, key TEXT)"

# An application is current in a process when both its own revision and that of its account are those in the database.
_REVISIONS = """SELECT a.id, a.revision, c.revision FROM jsonb_to_recordset(%s::jsonb) AS k(id BIGINT)
    JOIN applications AS a USING (id) JOIN accounts AS c ON c.id = a.account_id"""

_SESSIONS = f"""SELECT {_columns("s", SessionRow)} FROM {_SESSION_KEYS} JOIN sessions AS s USING (application_id, key)"""

# The profile of a stored session is loaded with it, so that most updates need one round.
_PROFILES = f"""SELECT {_columns("p", ProfileRow)} FROM profiles AS p WHERE p.id IN (
    SELECT q.id FROM jsonb_to_recordset(%s::jsonb) AS k(account_id BIGINT, sandbox BOOLEAN, key TEXT)
    JOIN profiles AS q USING (account_id, sandbox, key)
    UNION SELECT s.profile_id FROM {_SESSION_KEYS} JOIN sessions AS s USING (application_id, key)
    WHERE s.profile_id IS NOT NULL)"""

_COUPONS = f"""SELECT {_columns("c", CouponRow)} FROM coupons AS c WHERE c.id IN (
    SELECT d.id FROM jsonb_to_recordset(%s::jsonb) AS k(application_id BIGINT, value TEXT)
    JOIN coupons AS d USING (application_id, value))"""

_REFERRALS = f"""SELECT {_columns("f", ReferralRow)} FROM jsonb_to_recordset(%s::jsonb) AS k(application_id BIGINT, code TEXT)
    JOIN referrals AS f USING (application_id, code)"""

_COUPONS_BY_ID = f"""SELECT {_columns("c", CouponRow)} FROM coupons AS c
    WHERE c.id IN (SELECT k.id FROM jsonb_to_recordset(%s::jsonb) AS k(id BIGINT))"""

_REFERRALS_BY_ID = f"""SELECT {_columns("f", ReferralRow)} FROM referrals AS f
    WHERE f.id IN (SELECT k.id FROM jsonb_to_recordset(%s::jsonb) AS k(id BIGINT))"""

_STORES = (
    f"""SELECT {_columns("t", StoreRow)} FROM {_SESSION_KEYS} JOIN stores AS t USING (application_id, key)"""
)

_EVENT_KEYS = f"SELECT application_id, key FROM {_SESSION_KEYS} JOIN event_keys USING (application_id, key)"

_ANSWERS = """SELECT a.application_id, a.scope, a.key, a.status, encode(a.body, 'hex'), a.created
    FROM jsonb_to_recordset(%s::jsonb) AS k(application_id BIGINT, scope TEXT, key TEXT)
    JOIN idempotency AS a USING (application_id, scope, key)"""

_RETURNS = f"""SELECT {_columns("t", ReturnRow)}
    FROM jsonb_to_recordset(%s::jsonb) AS k(application_id BIGINT, session_id BIGINT)
    JOIN returns AS t USING (application_id, session_id) ORDER BY t.created, t.id"""

# What a session was given that stands in no entry, oldest first: by its last evaluation and by its returns. Advanced events
# that follow the session, which have an identifier, gave their effects to the customer alone.
_OTHER_EFFECTS = """SELECT v.application_id, v.session_id, f.effect::text
    FROM jsonb_to_recordset(%s::jsonb) AS k(application_id BIGINT, session_id BIGINT)
    JOIN sessions AS s ON s.application_id = k.application_id AND s.id = k.session_id
    CROSS JOIN LATERAL (
        SELECT * FROM events AS x WHERE x.application_id = s.application_id AND x.session_id = s.id
            AND (x.id = s.effects_event_id OR x.type = 'talon_session_partially_returned')
            AND x.integration_id IS NULL OFFSET 0) AS v
    CROSS JOIN LATERAL jsonb_array_elements(v.effects) WITH ORDINALITY AS f(effect, place)
    WHERE NOT starts_with(f.effect ->> 'effectType', 'rollback') AND NOT EXISTS (
            SELECT 1 FROM entries AS e WHERE e.application_id = s.application_id AND e.session_id = s.id
                AND e.event_id = v.id AND e.effect_index = f.place - 1)
    ORDER BY v.id <> s.effects_event_id, v.created, v.id, f.place"""

# Who was referred already: an entry in force that redeemed a referral of the campaign for the profile.
_REFERRED = """SELECT k.campaign_id, k.profile_id
    FROM jsonb_to_recordset(%s::jsonb) AS k(campaign_id BIGINT, profile_id BIGINT) WHERE (
        SELECT coalesce(sum(e.amount), 0) FROM entries AS e
        WHERE e.campaign_id = k.campaign_id AND e.kind = 'redeemReferral' AND e.profile_id = k.profile_id) > 0"""

_RESERVATIONS = """SELECT v.coupon_id, v.profile_id
    FROM jsonb_to_recordset(%s::jsonb) AS k(coupon_id BIGINT, profile_id BIGINT)
    JOIN coupon_reservations AS v USING (coupon_id, profile_id)"""

_REDEMPTIONS = """SELECT e.coupon_id, e.profile_id,
        (sum(e.amount) FILTER (WHERE e.kind = 'redeemCoupon'))::bigint, sum(e.coupon_discount)
    FROM entries AS e WHERE e.coupon_id IN (SELECT k.id FROM jsonb_to_recordset(%s::jsonb) AS k(id BIGINT))
    GROUP BY e.coupon_id, e.profile_id"""

_REFERRAL_USES = """SELECT e.referral_id, e.profile_id, p.integration_id, sum(e.amount)::bigint
    FROM entries AS e LEFT JOIN profiles AS p ON p.id = e.profile_id
    WHERE e.referral_id IN (SELECT k.id FROM jsonb_to_recordset(%s::jsonb) AS k(id BIGINT)) AND e.kind = 'redeemReferral'
    GROUP BY e.referral_id, e.profile_id, p.integration_id HAVING sum(e.amount) > 0"""


class _Loader(NamedTuple):
    """One statement: which needs feed its parameters, which row may be locked, and where the rows go."""

    sql: str
    needs: tuple[tuple[str, tuple[str, ...]], ...]
    locks: str | None
    store: Callable[[Work, Iterable[Any]], None]


_LOADERS: tuple[_Loader, ...] = (
    _Loader(_SESSIONS, (("sessions", ("application_id", "key")),), "s", Work.take_sessions),
    _Loader(
        _PROFILES,
        (("profiles", ("account_id", "sandbox", "key")), ("sessions", ("application_id", "key"))),
        "p",
        Work.take_profiles,
    ),
    _Loader(_COUPONS, (("coupons", ("application_id", "value")),), "c", Work.take_coupons),
    _Loader(_REFERRALS, (("referrals", ("application_id", "code")),), "f", Work.take_referrals),
    _Loader(_COUPONS_BY_ID, (("coupon_ids", ("id",)),), "c", Work.take_coupons),
    _Loader(_REFERRALS_BY_ID, (("referral_ids", ("id",)),), "f", Work.take_referrals),
    _Loader(_STORES, (("stores", ("application_id", "key")),), None, Work.take_stores),
    _Loader(_EVENT_KEYS, (("event_keys", ("application_id", "key")),), None, Work.take_event_keys),
    _Loader(_ANSWERS, (("answers", ("application_id", "scope", "key")),), None, Work.take_answers),
    _Loader(LOAD_COUNTERS, (("counters", ()),), "c", Work.take_counters),
    _Loader(
        LOAD_ACTIVE_ENTRIES, (("session_entries", ("application_id", "session_id")),), None, Work.take_entries
    ),
    _Loader(
        _OTHER_EFFECTS, (("other_effects", ("application_id", "session_id")),), None, Work.take_other_effects
    ),
    _Loader(_RETURNS, (("returns", ("application_id", "session_id")),), None, Work.take_returns),
    _Loader(_REFERRED, (("referred", ("campaign_id", "profile_id")),), None, Work.take_referred),
    _Loader(_RESERVATIONS, (("reservations", ("coupon_id", "profile_id")),), None, Work.take_reservations),
    _Loader(_REDEMPTIONS, (("redemptions", ("id",)),), None, Work.take_redemptions),
    _Loader(_REFERRAL_USES, (("referral_uses", ("id",)),), None, Work.take_referral_uses),
    # Last: a revision that has not risen by now had not risen when the rest was read either.
    _Loader(_REVISIONS, (("applications", ("id",)),), None, Work.take_revisions),
)


async def load(connection: AsyncConnection[Any], needs: Needs, work: Work, *, locking: bool = False) -> None:
    """Fill the working copy with the rows the needs name, in one round trip."""
    chosen = [loader for loader in _LOADERS if any(getattr(needs, name) for name, _ in loader.needs)]
    if not chosen:
        return
    statements = []
    for loader in chosen:
        sql = f"{loader.sql} FOR UPDATE OF {loader.locks}" if locking and loader.locks else loader.sql
        statements.append(Statement(sql, [_document(needs, name, columns) for name, columns in loader.needs]))
    for loader, rows in zip(chosen, await round_trip(connection, statements), strict=True):
        loader.store(work, rows)


def _document(needs: Needs, name: str, columns: tuple[str, ...]) -> bytes:
    keys = getattr(needs, name)
    if name == "counters":
        return encode([{"application_id": application_id, **key._asdict()} for application_id, key in keys])
    if columns == ("id",):
        return encode([{"id": key} for key in keys])
    return encode([dict(zip(columns, key, strict=True)) for key in keys])
