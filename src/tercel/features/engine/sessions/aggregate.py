"""Sessions in the pipeline: each found and written by its key, guarded by its version. A stored one brings its profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting
from tercel.database.rows.unnested import Unnested
from tercel.database.tables.sessions import sessions
from tercel.features.customers.profiles.aggregate import PROFILE_KEYS, ProfileRow, take_profiles
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import ACCOUNT, APPLICATION, Owner
from tercel.pipeline.rows import EMPTY_LIST, EMPTY_OBJECT, columns, rows_of
from tercel.pipeline.write import Write, expected, spelled

SessionKey = tuple[int, str]
"""An application and the key of a session's integration id in it."""
SESSION_KEYS = Keys[SessionKey](application_id="BIGINT", key="TEXT")


class SessionRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """A customer session. ``version`` rises with each write; the write is guarded by the version that was loaded."""

    id: int
    application_id: int
    integration_id: str
    key: str
    profile_id: int | None = None
    profile_integration_id: str | None = None
    store_integration_id: str | None = None
    state: str
    coupon_codes: list[str] = []
    referral_code: str | None = None
    loyalty_cards: msgspec.Raw = EMPTY_LIST
    identifiers: msgspec.Raw = EMPTY_LIST
    variants: msgspec.Raw = EMPTY_LIST
    additional_costs: msgspec.Raw = EMPTY_OBJECT
    attributes: msgspec.Raw = EMPTY_OBJECT
    cart_items: msgspec.Raw = EMPTY_LIST
    first_session: bool
    update_count: int
    total: Decimal
    cart_item_total: Decimal
    additional_cost_total: Decimal
    cart_item_additional_cost_total: Decimal
    total_discounts: Decimal
    created_codes: msgspec.Raw = EMPTY_OBJECT
    effects_event_id: int | None = None
    version: int
    created: datetime
    updated: datetime
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


_SESSIONS = f"""SELECT {columns("s", SessionRow)} FROM {SESSION_KEYS.recordset}
    JOIN sessions AS s USING (application_id, key) WHERE s.application_id = %s"""

# The profile of a stored session is loaded with it, so that most updates need one round.
# OFFSET 0 keeps the order of the joins: keys first, so that each row is found by an index. What was prepared while tables were empty would
# else look at every profile of the account for each key.
_PROFILES = f"""SELECT {columns("p", ProfileRow)} FROM (
        SELECT q.id FROM {PROFILE_KEYS.recordset} CROSS JOIN LATERAL (
            SELECT x.id FROM profiles AS x
            WHERE x.account_id = %s AND x.sandbox = k.sandbox AND x.key = k.key OFFSET 0) AS q
        UNION SELECT s.profile_id FROM {SESSION_KEYS.recordset} CROSS JOIN LATERAL (
            SELECT x.profile_id FROM sessions AS x WHERE x.application_id = %s AND x.key = k.key OFFSET 0) AS s
        WHERE s.profile_id IS NOT NULL) AS f
    CROSS JOIN LATERAL (SELECT * FROM profiles AS x WHERE x.account_id = %s AND x.id = f.id OFFSET 0) AS p"""

_ROWS = Unnested(sessions, SessionRow.__struct_fields__)
_KEEPS = {"id", "application_id", "integration_id", "key", "created"}
_SETS = ", ".join(f"{name} = excluded.{name}" for name in SessionRow.__struct_fields__ if name not in _KEEPS)

# Guarded by the version that was loaded: a new session must not exist yet, a stored one must not have moved.
WRITE_SESSIONS = expecting(
    f"""INSERT INTO sessions ({", ".join(SessionRow.__struct_fields__)}) SELECT {_ROWS.values} FROM {_ROWS.source}
    ORDER BY r.application_id, r.key
    ON CONFLICT (application_id, key) DO UPDATE SET {_SETS} WHERE sessions.version = excluded.version - 1""",
    "sessions",
)

# An event that follows a session locks it against changes until the commit; nothing of the session is written.
EXPECT_SESSIONS = """WITH held AS (
        SELECT 1 FROM jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, key TEXT, version BIGINT)
        JOIN sessions AS s USING (application_id, key) WHERE s.application_id = %s AND s.version = r.version
        ORDER BY s.application_id, s.key FOR SHARE OF s)
    SELECT tercel_expect((SELECT count(*) FROM held), %s, 'sessions')"""


class SessionChanges(msgspec.Struct):
    """Sessions to write, and versions of others that only have to be as they were read."""

    written: dict[SessionKey, SessionRow] = {}
    expected: dict[SessionKey, int] = {}

    def merge(self, later: SessionChanges, work: Work, /) -> None:
        """Show later commands the sessions as this one leaves them."""
        work[SESSIONS].update(later.written)
        self.written.update(later.written)
        self.expected.update(later.expected)

    def write(self, _: Owner, /) -> Iterable[Statement]:
        """Write the sessions."""
        rows = list(self.written.values())
        if not rows:
            return ()
        parameters = _ROWS.parameters(rows, (EMPTY_OBJECT, EMPTY_LIST))
        return (Statement(WRITE_SESSIONS, (*parameters, spelled(len(rows)))),)

    def expect(self, owner: Owner, /) -> Iterable[Statement]:
        """Hold the others."""
        return expected(
            EXPECT_SESSIONS,
            [
                {"application_id": application_id, "key": key, "version": version}
                for (application_id, key), version in self.expected.items()
                if (application_id, key) not in self.written  # those are guarded by being written
            ],
            owner.application_id,
        )


SESSIONS = Aggregate[dict[SessionKey, SessionRow], SessionChanges](
    "sessions", rows=dict, delta=SessionChanges, ids_ahead=1
)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    loaded = work[SESSIONS]
    for session in rows_of(SessionRow, rows):
        loaded[session.application_id, session.key] = session


LOAD_SESSIONS = Load(_SESSIONS, (SESSION_KEYS, APPLICATION), _take, locks="s")
LOAD_PROFILES = Load(
    _PROFILES, (PROFILE_KEYS, ACCOUNT, SESSION_KEYS, APPLICATION, ACCOUNT), take_profiles, locks="p"
)

WRITE_EACH_SESSION = Write(SESSIONS, SessionChanges.write)
HOLD_SESSIONS = Write(SESSIONS, SessionChanges.expect)
