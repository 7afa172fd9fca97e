"""The SQL of the ledger: set-based, guarded, in a fixed order of rows.

``updated`` statements wait for nobody longer than their own transaction and check their guard on the newest row:
``used + delta <= limit``. A guard that fails makes the number of rows differ from the number meant, and the
transaction is rolled back.
"""

from __future__ import annotations

from tercel.database.recordset import column_types, expecting, recordset, value
from tercel.database.tables.customers import profiles
from tercel.database.tables.ledger import counters, entries
from tercel.ledger.movements import Cause, EntryRow

_COUNTER_KEY = ("application_id", "campaign_id", "action", "scope", "period")
_COUNTER_MOVE = [
    *column_types(counters, _COUNTER_KEY),
    ("delta", "NUMERIC"),
    ("limit", "NUMERIC"),
    ("expected", "NUMERIC"),
]

_CAUSE, _ENTRY = Cause.__struct_fields__, EntryRow.__struct_fields__
# One document for each cause, which holds its entries: what they share is sent and read once. Nobody else can hold their
# rows, so they are not sorted, and their ids rise in the order in which they were granted.
INSERT_ENTRIES = f"""INSERT INTO entries ({", ".join(f'"{name}"' for name in (*_CAUSE, *_ENTRY))})
    SELECT {", ".join(value(entries.c[name], "c") for name in _CAUSE)}, {", ".join(value(entries.c[name]) for name in _ENTRY)}
    FROM {recordset([*column_types(entries, _CAUSE), ("entries", "JSONB")], "c")}
    CROSS JOIN LATERAL {recordset(column_types(entries, _ENTRY), source="c.entries")}"""

# Because: a fresh counter must hold its limit like one that exists; the WHERE of the SELECT sees to that.
RAISE_COUNTERS = expecting(
    f"""INSERT INTO counters AS c ({", ".join(_COUNTER_KEY)}, used)
    SELECT {", ".join(f"r.{name}" for name in _COUNTER_KEY)}, r.delta FROM {recordset(_COUNTER_MOVE)}
    WHERE r."limit" IS NULL OR r.delta <= r."limit"
    ORDER BY {", ".join(f"r.{name}" for name in _COUNTER_KEY)}
    ON CONFLICT ({", ".join(_COUNTER_KEY)}) DO UPDATE SET used = c.used + excluded.used
    WHERE (SELECT c.used + excluded.used <= coalesce(m."limit", 'infinity') AND c.used = coalesce(m.expected, c.used)
         FROM {recordset(_COUNTER_MOVE, "m")}
         WHERE (m.application_id, m.campaign_id, m.action, m.scope, m.period)
             = (c.application_id, c.campaign_id, c.action, c.scope, c.period))""",
    "counters",
)

# Giving back needs the counter that was taken from: counters are never deleted, not even with their campaign.
LOWER_COUNTERS = expecting(
    f"""UPDATE counters AS c SET used = c.used + r.delta
    FROM (SELECT * FROM {recordset(_COUNTER_MOVE, "x")} ORDER BY {", ".join(_COUNTER_KEY)}) AS r
    WHERE (c.application_id, c.campaign_id, c.action, c.scope, c.period)
        = (r.application_id, r.campaign_id, r.action, r.scope, r.period) AND c.used = coalesce(r.expected, c.used)""",
    "counters",
)

# An edit since the decision makes the guard fail like a limit that is full: it may have taken away the limit, and with it the counter.
MOVE_COUPONS = expecting(
    """UPDATE coupons AS c SET usage_counter = c.usage_counter + r.usage,
        discount_counter = c.discount_counter + r.discount
    FROM (SELECT * FROM jsonb_to_recordset(%s::jsonb)
        AS x(id BIGINT, edits BIGINT, usage BIGINT, discount NUMERIC, expected_usage BIGINT, expected_discount NUMERIC)
        ORDER BY id) AS r
    WHERE c.id = r.id AND c.edits = r.edits AND c.usage_counter = coalesce(r.expected_usage, c.usage_counter)
      AND c.discount_counter = coalesce(r.expected_discount, c.discount_counter)
      AND (r.usage = 0 OR c.usage_limit > 0 AND (r.usage < 0 OR c.usage_counter + r.usage <= c.usage_limit))
      AND (r.discount = 0 OR c.discount_limit IS NOT NULL
           AND (r.discount < 0 OR c.discount_counter + r.discount <= c.discount_limit))""",
    "coupons",
)

MOVE_REFERRALS = expecting(
    """UPDATE referrals AS f SET usage_counter = f.usage_counter + r.usage
    FROM (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS x(id BIGINT, edits BIGINT, usage BIGINT, expected_usage BIGINT) ORDER BY id) AS r
    WHERE f.id = r.id AND f.edits = r.edits AND f.usage_counter = coalesce(r.expected_usage, f.usage_counter)
      AND f.usage_limit > 0 AND (r.usage <= 0 OR f.usage_counter + r.usage <= f.usage_limit)""",
    "referrals",
)

# Once a profile exists, only the ledger writes these columns.
_PROFILE_SALES = ("closed_sessions", "total_sales")
PROFILE_MOVE = (
    ("id", "BIGINT"),
    *column_types(profiles, _PROFILE_SALES),
    ("last_activity", "TIMESTAMP WITH TIME ZONE"),
    ("attributes", "JSONB"),
    ("expected_version", "BIGINT"),
)

# A profile is guarded by its version when the decision rested on what the move changes; its version rises with it.
# Attributes and activity travel with the sales, so that the row is written once.
MOVE_PROFILES = expecting(
    f"""UPDATE profiles AS p SET closed_sessions = p.closed_sessions + coalesce(r.closed_sessions, 0),
        total_sales = p.total_sales + coalesce(r.total_sales, 0),
        last_activity = greatest(p.last_activity, r.last_activity),
        attributes = coalesce(r.attributes, p.attributes),
        version = p.version + (r.expected_version IS NOT NULL)::int
    FROM (SELECT * FROM {recordset(PROFILE_MOVE, "x")} ORDER BY id) AS r
    WHERE p.id = r.id AND (r.expected_version IS NULL OR p.version = r.expected_version)""",
    "profile moves",
)

LOAD_COUNTERS = f"""SELECT c.application_id, c.campaign_id, c.action, c.scope, c.period, c.used
    FROM {recordset(column_types(counters, _COUNTER_KEY))} JOIN counters AS c
    USING (application_id, campaign_id, action, scope, period)"""  # our own names

# What is still in force of a session: entries that no later entry undoes, oldest first, each with its effect, which
# stands in the event that caused it. OFFSET 0 keeps the order of the joins: sessions first, so that an index finds the rest.
LOAD_ACTIVE_ENTRIES = """SELECT e.id, e.application_id, e.session_id, e.kind, e.campaign_id, e.ruleset_id, e.rule_index,
        e.amount, e.profile_id, e.coupon_id, e.referral_id, e.coupon_discount, e.position, e.sub_position, e.effect_index,
        e.uses::text, (v.effects -> e.effect_index)::text
    FROM jsonb_to_recordset(%s::jsonb) AS r(application_id BIGINT, session_id BIGINT)
    CROSS JOIN LATERAL (
        SELECT * FROM entries AS x
        WHERE x.application_id = r.application_id AND x.session_id = r.session_id OFFSET 0) AS e
    LEFT JOIN events AS v ON v.application_id = e.application_id AND v.session_id = e.session_id AND v.id = e.event_id
        AND v.created = e.created
    WHERE e.reverses IS NULL AND NOT EXISTS (
        SELECT 1 FROM entries AS u
        WHERE u.application_id = e.application_id AND u.session_id = e.session_id AND u.reverses = e.id)
    ORDER BY e.id"""
