"""Failures of the database that pass by themselves: what they are, what callers are told, and when the last one was."""

from __future__ import annotations

import time

import psycopg
from psycopg.errors import (
    DiskFull,
    DuplicatePreparedStatement,
    InvalidSqlStatementName,
    ReadOnlySqlTransaction,
)

BUSY = "the database is busy or not reachable: try again"
NO_ROOM = "the database has no room left: try again when its disk has been cleared"
_PASSING = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    ReadOnlySqlTransaction,
    InvalidSqlStatementName,
    DuplicatePreparedStatement,
    TimeoutError,
)
#: How long a full disk is remembered. Then a request must try: only a write shows that there is room again.
DISK_FULL_REMEMBERED_S = 5.0


def is_passing(error: BaseException) -> bool:
    """Tell whether a repetition may succeed: connection lost, waited too long, no room, a server that changes roles,
    a pooler that mixes up prepared statements."""
    return isinstance(error, _PASSING)


def first_line(error: BaseException) -> str:
    """Return the message of an error, without the lines that repeat it for each address of a host."""
    return str(error).strip().partition("\n")[0]


class Failures:
    """What this process has lately heard from its database."""

    def __init__(self) -> None:
        self._disk_full_until = 0.0

    def note(self, error: BaseException) -> str:
        """Remember a failure that passes; what to tell the caller."""
        if not isinstance(error, DiskFull):
            return BUSY
        self._disk_full_until = time.monotonic() + DISK_FULL_REMEMBERED_S
        return NO_ROOM

    def is_disk_full(self) -> bool:
        """Tell whether a write found no room a moment ago."""
        return time.monotonic() < self._disk_full_until
