"""Write what a batch changed: one guarded statement per table, always in the same order, and commit.

All statements travel in one round trip together with the commit. ``tercel_expect`` raises inside the server when a
guard did not hold, which rolls the whole transaction back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from tercel.base.codec import encode
from tercel.base.limits import IDEMPOTENCY_HOURS
from tercel.database.recordset import expecting, insert
from tercel.database.revisions import EXPECT_REVISIONS, SHARE_REVISIONS
from tercel.database.round_trip import BEGIN, COMMIT, Statement, round_trip
from tercel.database.tables.codes import coupons, referrals
from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import event_keys, events, returns, sessions
from tercel.ledger.movements import Cause, CouponMove, EntryRow
from tercel.ledger.start_counting import INSERT_UNCOUNTED_ENTRIES, SHARE_UNCOUNTED
from tercel.ledger.statements import (
    INSERT_ENTRIES,
    LOWER_COUNTERS,
    MOVE_COUPONS,
    MOVE_PROFILES,
    MOVE_REFERRALS,
    PROFILE_MOVE,
    RAISE_COUNTERS,
)
from tercel.pipeline.rows import EventKeyRow, EventRow, ProfileMove, ProfileRow, ReturnRow, SessionRow
from tercel.pipeline.work import ToWrite

assert [name for name, _ in PROFILE_MOVE] == list(ProfileMove.__struct_fields__)

_SESSION_KEEPS = {"id", "application_id", "integration_id", "key", "created"}
_SESSION_SETS = ", ".join(
    f"{name} = excluded.{name}" for name in SessionRow.__struct_fields__ if name not in _SESSION_KEEPS
)

INSERT_PROFILES = expecting(
    insert(
        profiles,
        ProfileRow.__struct_fields__,
        order_by=("account_id", "key"),
        on_conflict="ON CONFLICT DO NOTHING",
    ),
    "profiles",
)

INSERT_MEMBERSHIPS = """INSERT INTO profile_applications AS m (application_id, profile_id, advocate_integration_id)
    SELECT r.application_id, r.profile_id, r.advocate FROM
        jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, profile_id BIGINT, advocate TEXT)
    ORDER BY r.application_id, r.profile_id
    ON CONFLICT (application_id, profile_id) DO UPDATE SET advocate_integration_id = excluded.advocate_integration_id
    WHERE excluded.advocate_integration_id IS NOT NULL"""

# Guarded by the version that was loaded: a new session must not exist yet, a stored one must not have moved.
WRITE_SESSIONS = expecting(
    insert(
        sessions,
        SessionRow.__struct_fields__,
        order_by=("application_id", "key"),
        on_conflict=f"ON CONFLICT (application_id, key) DO UPDATE SET {_SESSION_SETS}"
        " WHERE sessions.version = excluded.version - 1",
    ),
    "sessions",
)

# What follows a session lets nobody move it until the commit; nothing of the session is written.
EXPECT_SESSIONS = """WITH held AS (
        SELECT 1 FROM jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, key TEXT, version BIGINT)
        JOIN sessions AS s USING (application_id, key) WHERE s.version = r.version
        ORDER BY s.application_id, s.key FOR SHARE OF s)
    SELECT tercel_expect((SELECT count(*) FROM held), %s, 'sessions')"""

INSERT_EVENTS = insert(events, EventRow.__struct_fields__, order_by=("application_id", "id"))

INSERT_RETURNS = insert(returns, ReturnRow.__struct_fields__, order_by=("application_id", "id"))

INSERT_EVENT_KEYS = expecting(
    insert(
        event_keys,
        EventKeyRow.__struct_fields__,
        order_by=("application_id", "key"),
        on_conflict="ON CONFLICT DO NOTHING",
    ),
    "event keys",
)

# An answer that is no longer replayed makes room: the comparison is the one that decides about replaying.
INSERT_ANSWERS = expecting(
    f"""INSERT INTO idempotency (application_id, scope, key, status, body, created)
    SELECT r.application_id, r.scope, r.key, r.status, decode(r.body, 'hex'), r.created FROM
        jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, scope TEXT, key TEXT, status SMALLINT, body TEXT,
                                           created TIMESTAMPTZ)
    ORDER BY r.application_id, r.scope, r.key
    ON CONFLICT (application_id, scope, key) DO UPDATE
    SET status = excluded.status, body = excluded.body, created = excluded.created
    WHERE idempotency.created <= excluded.created - interval '{IDEMPOTENCY_HOURS} hours'""",
    "answers",
)

# Codes have no version: their attributes are guarded by themselves, as a rule may have computed the new from the old.
_ATTRIBUTES = """(SELECT * FROM jsonb_to_recordset(%s::jsonb) AS x(id BIGINT, attributes JSONB, expected JSONB)
        ORDER BY id) AS r"""
SET_COUPON_ATTRIBUTES = expecting(
    f"""UPDATE coupons AS c SET attributes = r.attributes FROM {_ATTRIBUTES}
        WHERE c.id = r.id AND c.attributes = r.expected""",
    "attributes of coupons",
)
SET_REFERRAL_ATTRIBUTES = expecting(
    f"""UPDATE referrals AS f SET attributes = r.attributes FROM {_ATTRIBUTES}
        WHERE f.id = r.id AND f.attributes = r.expected""",
    "attributes of referrals",
)

NEW_COUPON = (
    "id", "application_id", "campaign_id", "value", "usage_limit", "discount_limit", "start_date", "expiry_date",
    "attributes", "recipient_integration_id", "created",
)  # fmt: skip
INSERT_COUPONS = expecting(
    insert(coupons, NEW_COUPON, order_by=("application_id", "value"), on_conflict="ON CONFLICT DO NOTHING"),
    "coupons",
)
NEW_REFERRAL = (
    "id", "application_id", "campaign_id", "code", "usage_limit", "start_date", "expiry_date", "attributes",
    "advocate_profile_integration_id", "friend_profile_integration_id", "created",
)  # fmt: skip
INSERT_REFERRALS = expecting(
    insert(
        referrals, NEW_REFERRAL, order_by=("application_id", "code"), on_conflict="ON CONFLICT DO NOTHING"
    ),
    "referrals",
)

# The coupons are locked first, as everybody does who reserves. A limit holds for rules; reservations that the shop asks
# for may pass it, and then rules add none (management.md 4.6). Somebody else may have made the same reservation meanwhile;
# then the rule made none, and must not take it from its budget.
INSERT_RESERVATIONS = """WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r(coupon_id BIGINT, profile_id BIGINT, expected BIGINT)),
    held AS (
        SELECT c.id FROM coupons AS c WHERE c.id IN (SELECT coupon_id FROM wanted) ORDER BY c.id FOR NO KEY UPDATE),
    fresh AS (
        INSERT INTO coupon_reservations (coupon_id, profile_id)
        SELECT w.coupon_id, w.profile_id FROM wanted AS w JOIN held AS h ON h.id = w.coupon_id ORDER BY 1, 2
        ON CONFLICT DO NOTHING RETURNING coupon_id),
    raised AS (
        SELECT f.coupon_id, count(*) AS count, (SELECT max(w.expected) FROM wanted AS w WHERE w.coupon_id = f.coupon_id) AS expected
        FROM fresh AS f GROUP BY f.coupon_id),
    moved AS (
        UPDATE coupons AS c SET reservation_counter = c.reservation_counter + n.count
        FROM raised AS n WHERE c.id = n.coupon_id AND (
            coalesce(c.reservation_limit, 0) = 0 OR c.reservation_counter + n.count <= c.reservation_limit)
            AND c.reservation_counter = coalesce(n.expected, c.reservation_counter)
        RETURNING 1)
    SELECT tercel_expect((SELECT count(*) FROM fresh), (SELECT count(*) FROM wanted), 'reservations'),
        tercel_expect((SELECT count(*) FROM moved), (SELECT count(*) FROM raised), 'reservations')"""

INSERT_OUTBOX = """INSERT INTO outbox (application_id, kind, payload) SELECT r.application_id, r.kind, r.payload
    FROM jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, kind TEXT, payload JSONB)"""

# Another process may have been first, and nobody waits for the time of a campaign's last activity.
TOUCH_CAMPAIGNS = """UPDATE campaigns AS c SET last_activity = r.at
    FROM jsonb_to_recordset(%s::jsonb) AS r(id BIGINT, at TIMESTAMPTZ)
    WHERE c.id = r.id AND c.id IN (
        SELECT q.id FROM campaigns AS q JOIN jsonb_to_recordset(%s::jsonb) AS s(id BIGINT, at TIMESTAMPTZ) USING (id)
        WHERE q.last_activity IS NULL OR q.last_activity < s.at - interval '1 minute'
        FOR NO KEY UPDATE OF q SKIP LOCKED)"""


async def write(connection: AsyncConnection[Any], changes: ToWrite) -> None:
    """Write and commit, in one round trip; in a transaction that is under way, write as a part of it.

    Raises:
        psycopg.errors.TransactionRollback: a guard did not hold, or a deadlock was broken; nothing was written.
    """
    statements = list(_statements(changes))
    if connection.pgconn.transaction_status == TransactionStatus.IDLE:
        statements = [BEGIN, *statements, COMMIT]
    await round_trip(connection, statements)


async def share_revisions(connection: AsyncConnection[Any], applications: Iterable[int]) -> None:
    """Let nobody change what evaluations of these applications rest on before this transaction ends."""
    await round_trip(connection, list(_plain(SHARE_REVISIONS, [{"id": each} for each in applications])))


def _statements(changes: ToWrite) -> Iterator[Statement]:
    """The statements of a batch in the one order that everybody keeps.

    Codes and counters, which many batches want at once, come last: a row is held from its statement to the commit.
    """
    moves = changes.movements
    uncounted = [figure._asdict() for figure in moves.uncounted]
    yield from _plain(SHARE_UNCOUNTED, uncounted)
    yield from _expected(INSERT_PROFILES, list(changes.new_profiles.values()))
    yield from _expected(MOVE_PROFILES, list(changes.profile_moves.values()))
    yield from _plain(
        INSERT_MEMBERSHIPS,
        [
            {"application_id": application_id, "profile_id": profile_id, "advocate": advocate}
            for (application_id, profile_id), advocate in changes.memberships.items()
        ],
    )
    yield from _expected(WRITE_SESSIONS, list(changes.sessions.values()))
    yield from _expected(
        EXPECT_SESSIONS,
        [
            {"application_id": application_id, "key": key, "version": version}
            for (application_id, key), version in changes.expected_sessions.items()
            if (application_id, key) not in changes.sessions  # those are guarded by being written
        ],
    )
    yield from _entries(moves.entries, uncounted)
    yield from _plain(INSERT_EVENTS, changes.events)
    yield from _expected(INSERT_EVENT_KEYS, changes.event_keys)
    yield from _plain(INSERT_RETURNS, changes.returns)
    yield from _expected(INSERT_COUPONS, changes.new_coupons)
    yield from _expected(INSERT_REFERRALS, changes.new_referrals)
    yield from _plain(INSERT_OUTBOX, changes.outbox)
    yield from _expected(INSERT_ANSWERS, list(changes.answers.values()))
    yield from _shared(changes)
    if changes.touched_campaigns:
        document = encode([{"id": campaign, "at": at} for campaign, at in changes.touched_campaigns.items()])
        yield Statement(TOUCH_CAMPAIGNS, [document, document])
    revisions = [
        {"id": each, "own": own, "account": account} for each, (own, account) in changes.revisions.items()
    ]
    yield from _plain(SHARE_REVISIONS, revisions)
    yield from _expected(EXPECT_REVISIONS, revisions)


def _shared(changes: ToWrite) -> Iterator[Statement]:
    """What codes and counters become."""
    moves = changes.movements
    yield from _plain(
        INSERT_RESERVATIONS,
        [
            {
                "coupon_id": coupon,
                "profile_id": profile,
                "expected": changes.expected_reservations.get(coupon),
            }
            for coupon, profile in changes.reservations
        ],
    )
    yield from _expected(SET_COUPON_ATTRIBUTES, list(changes.coupon_attributes.values()))
    yield from _expected(SET_REFERRAL_ATTRIBUTES, list(changes.referral_attributes.values()))
    yield from _expected(MOVE_COUPONS, [move for move in moves.coupons.values() if _matters(move)])
    yield from _expected(
        MOVE_REFERRALS, [m for m in moves.referrals.values() if m.usage or m.expected_usage is not None]
    )
    yield from _counters(list(moves.counters.values()))


def _expected(sql: str, rows: list[Any]) -> Iterator[Statement]:
    if rows:
        yield Statement(sql, [encode(rows), _count(rows)])


def _plain(sql: str, rows: list[Any]) -> Iterator[Statement]:
    if rows:
        yield Statement(sql, [encode(rows)])


def _entries(entries: dict[Cause, list[EntryRow]], uncounted: list[dict[str, Any]]) -> Iterator[Statement]:
    """Entries; those of codes that were decided without a limit stand only if there is none yet."""
    rows = [{**msgspec.structs.asdict(cause), "entries": caused} for cause, caused in entries.items()]
    if uncounted:
        yield Statement(INSERT_UNCOUNTED_ENTRIES, [encode(rows), encode(uncounted)])
    else:
        yield from _plain(INSERT_ENTRIES, rows)


def _counters(rows: list[Any]) -> Iterator[Statement]:
    raised = [row for row in rows if row.delta > 0]
    if raised:
        document = encode(raised)
        yield Statement(RAISE_COUNTERS, [document, document, _count(raised)])
    lowered = [row for row in rows if row.delta < 0 or (not row.delta and row.expected is not None)]
    yield from _expected(LOWER_COUNTERS, lowered)


def _count(rows: list[Any]) -> bytes:
    return str(len(rows)).encode()


def _matters(move: CouponMove) -> bool:
    return bool(move.usage or move.discount) or (move.expected_usage, move.expected_discount) != (None, None)
