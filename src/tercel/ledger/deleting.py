"""Removal of a deleted application from the figures that are kept.

Its entries stay as a record. Sums that are kept beside the deleted rows go with them, and figures of customers, who remain, are
reduced.
"""

from __future__ import annotations

from sqlalchemy import text

from tercel.database.transaction import Transaction

# In the order in which orders lock rows: profiles by their ids, then sessions. Counted, so that no rows travel.
_HOLD_PROFILES = text(
    """SELECT count(*) FROM (SELECT FROM profiles
        WHERE account_id = (SELECT account_id FROM applications WHERE id = :application)
            AND id IN (SELECT profile_id FROM sessions WHERE application_id = :application)
        ORDER BY id FOR UPDATE) AS held"""
)
_DELETE_SESSIONS = text(
    """WITH deleted AS (DELETE FROM sessions WHERE application_id = :application RETURNING profile_id, state, total),
    sold AS (SELECT profile_id, count(*) AS sessions, sum(total) AS total FROM deleted
        WHERE state IN ('closed', 'partially_returned') AND profile_id IS NOT NULL GROUP BY profile_id)
    UPDATE profiles AS p SET closed_sessions = p.closed_sessions - s.sessions, total_sales = p.total_sales - s.total,
        version = p.version + 1
    FROM sold AS s
    WHERE p.account_id = (SELECT account_id FROM applications WHERE id = :application) AND p.id = s.profile_id"""
)
_DELETE_COUNTERS = text("DELETE FROM counters WHERE application_id = :application")


async def delete_sessions(tx: Transaction, application_id: int) -> None:
    """Delete the sessions of an application, and subtract them from the figures of their customers.

    Takes some twenty microseconds a session.
    """
    await tx.execute(_HOLD_PROFILES, {"application": application_id})
    await tx.execute(_DELETE_SESSIONS, {"application": application_id})


async def delete_counters(tx: Transaction, application_id: int) -> None:
    """Delete the counters of an application, while decisions are held."""
    await tx.execute(_DELETE_COUNTERS, {"application": application_id})
