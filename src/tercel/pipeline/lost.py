"""Conflicts: why an attempt to write failed because another transaction was first."""

from __future__ import annotations

import re

import psycopg
from psycopg.errors import (
    DeadlockDetected,
    DuplicatePreparedStatement,
    FeatureNotSupported,
    InvalidSqlStatementName,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)

#: Class 40 of SQLSTATE, transactions to repeat: deadlocks, and guards of ours that did not hold.
_TO_REPEAT = "40"
_GUARD = re.compile(r"\d+ of \d+ ([a-z ]+) written")
_REASONS: dict[type[psycopg.Error], str] = {
    LockNotAvailable: "lock_timeout",
    UniqueViolation: "unique_violation",
    DeadlockDetected: "deadlock",
    SerializationFailure: "serialization",
    # A migration changed the tables under statements that were prepared before it.
    FeatureNotSupported: "stale_statement",
    InvalidSqlStatementName: "stale_statement",
    # A pooler between gave this process a connection on which it was prepared before.
    DuplicatePreparedStatement: "stale_statement",
}


def lost_to(error: psycopg.Error) -> str | None:
    """Name the conflict behind an error by a word of a small set; return None when running again would not be right.

    All was rolled back. A guard of ours (``tercel_expect``) is named by what it guards: ``guard_sessions``.
    """
    reason = _REASONS.get(type(error))
    if reason is not None:
        return reason
    if not (error.sqlstate or "").startswith(_TO_REPEAT):
        return None
    guard = _GUARD.fullmatch(error.diag.message_primary or "")
    return f"guard_{guard[1].replace(' ', '_')}" if guard else "other"
