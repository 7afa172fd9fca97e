"""Throttle on guessing passwords: some failed attempts at an account, or from an address, cost a waiting time.

Attempts are counted in the database, so all processes on all machines count together. An attempt is counted before its
password is checked, so that many at once do not slip through, and taken back when the password was right.

Three things are counted. One address guessing one account has the least patience; an account as a whole and an address
as a whole have more, so that a stranger elsewhere cannot easily lock its owner out. Neither emails nor addresses are
stored, only their digests.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import case, func, update
from sqlalchemy.dialects.postgresql import insert

from tercel.base.errors import TooManyRequestsError
from tercel.base.limits import (
    LOG_INS_PER_ADDRESS_MAX,
    LOG_INS_PER_EMAIL_AND_ADDRESS_MAX,
    LOG_INS_PER_EMAIL_MAX,
)
from tercel.database.tables.accounts import log_in_attempts
from tercel.database.transaction import Transaction
from tercel.features.access.throttles.addresses import network_of

WINDOW = timedelta(minutes=5)
_columns = log_in_attempts.c


class LogInThrottledError(TooManyRequestsError):
    """Too many failed log-ins."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many failed log-ins: try again in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


async def count_attempt(tx: Transaction, email: str, address: str, now: datetime) -> None:
    """Count an attempt that is about to be made.

    Raises:
        LogInThrottledError: there were too many; with the seconds to wait.
    """
    most = _subjects(email, address)
    # Because: an end that lies far away was written before a clock was set back. One a little later than expected is ordinary:
    # clocks differ between machines, and requests overtake each other.
    is_over = (_columns.until <= now) | (_columns.until > now + 2 * WINDOW)
    # In order, so that two processes that count the same rows do not wait in a circle.
    rows = [{"subject": subject, "attempts": 1, "until": now + WINDOW} for subject in sorted(most)]
    counted = await tx.all(
        insert(log_in_attempts)
        .values(rows)
        .on_conflict_do_update(
            index_elements=[_columns.subject],
            set_={
                "attempts": case((is_over, 1), else_=_columns.attempts + 1),
                "until": case((is_over, now + WINDOW), else_=_columns.until),
            },
        )
        .returning(_columns.subject, _columns.attempts, _columns.until)
    )
    waits = [row.until - now for row in counted if row.attempts > most[bytes(row.subject)]]
    if waits:
        raise LogInThrottledError(int(max(waits).total_seconds()) + 1)


async def take_back_attempt(tx: Transaction, email: str, address: str) -> None:
    """Forgive attempts after a right password: all of this address on this account, and one of each other count."""
    of_both, *others = _subjects(email, address)
    rows = update(log_in_attempts)
    await tx.execute(rows.where(_columns.subject == of_both).values(attempts=0))
    for subject in sorted(others):
        fewer = func.greatest(_columns.attempts - 1, 0)
        await tx.execute(rows.where(_columns.subject == subject).values(attempts=fewer))


def _subjects(email: str, address: str) -> dict[bytes, int]:
    """Return the keys that attempts are counted by, with the limit of each: first this account from this address."""
    network = network_of(address)
    limits = {
        f"both\0{email}\0{network}": LOG_INS_PER_EMAIL_AND_ADDRESS_MAX,
        f"email\0{email}": LOG_INS_PER_EMAIL_MAX,
        f"address\0{network}": LOG_INS_PER_ADDRESS_MAX,
    }
    return {sha256(name.encode(errors="surrogatepass")).digest(): most for name, most in limits.items()}
