"""Statements for sums of entries on rows of other tables: uses and money of codes, and sales of profiles.

Their deltas are those of the nouns (``features/<noun>/aggregate``). Each statement checks its guard on the newest row, as
those of counters do.
"""

from __future__ import annotations

from tercel.database.rows.recordset import column_types, expecting, recordset
from tercel.database.tables.customers import profiles

# An edit since the decision makes the guard fail like a limit that is full: it may have taken away the limit, and with it the counter.
MOVE_COUPONS = expecting(
    """UPDATE coupons AS c SET usage_counter = c.usage_counter + r.usage,
        discount_counter = c.discount_counter + r.discount
    FROM (SELECT * FROM jsonb_to_recordset(%s::jsonb)
        AS x(id BIGINT, edits BIGINT, usage BIGINT, discount NUMERIC, usage_peak BIGINT, discount_peak NUMERIC,
             expected_usage BIGINT, expected_discount NUMERIC)
        ORDER BY id) AS r
    WHERE c.application_id = %s AND c.id = r.id AND c.edits = r.edits AND c.usage_counter = coalesce(r.expected_usage, c.usage_counter)
      AND c.discount_counter = coalesce(r.expected_discount, c.discount_counter)
      AND (r.usage = 0 AND r.usage_peak IS NULL OR c.usage_limit > 0
           AND (r.usage_peak IS NULL OR c.usage_counter + r.usage_peak <= c.usage_limit))
      AND (r.discount = 0 AND r.discount_peak IS NULL OR c.discount_limit IS NOT NULL
           AND (r.discount_peak IS NULL OR c.discount_counter + r.discount_peak <= c.discount_limit))""",
    "coupons",
)

MOVE_REFERRALS = expecting(
    """UPDATE referrals AS f SET usage_counter = f.usage_counter + r.usage
    FROM (SELECT * FROM jsonb_to_recordset(%s::jsonb)
        AS x(id BIGINT, edits BIGINT, usage BIGINT, usage_peak BIGINT, expected_usage BIGINT) ORDER BY id) AS r
    WHERE f.application_id = %s AND f.id = r.id AND f.edits = r.edits AND f.usage_counter = coalesce(r.expected_usage, f.usage_counter)
      AND f.usage_limit > 0 AND (r.usage_peak IS NULL OR f.usage_counter + r.usage_peak <= f.usage_limit)""",
    "referrals",
)

# Once a profile exists, only its moves write these columns.
_SALES = ("closed_sessions", "total_sales")
PROFILE_MOVE = (
    ("id", "BIGINT"),
    *column_types(profiles, _SALES),
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
    WHERE p.account_id = %s AND p.id = r.id AND (r.expected_version IS NULL OR p.version = r.expected_version)""",
    "profile moves",
)
