"""Slows down whoever guesses passwords: after some failures for an email or from an address, wait.

Each process counts by itself and forgets when it ends: this is a brake, not a lock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tercel.base.errors import TooManyRequestsError

_WINDOW = timedelta(minutes=5)
_PER_EMAIL_MAX = 10
_PER_ADDRESS_MAX = 50
_REMEMBERED_MAX = 10_000


class LogInThrottledError(TooManyRequestsError):
    """Too many failed log-ins."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many failed log-ins: try again in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class LogInThrottle:
    """Failures of the last minutes, by email and by address."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], tuple[int, datetime]] = {}

    def check(self, email: str, address: str, now: datetime) -> None:
        """Refuse another attempt when there were too many.

        Raises:
            LogInThrottledError: with the seconds to wait.
        """
        for key, most in _keys(email, address):
            count, until = self._failures.get(key, (0, now))
            # Because: an end that lies further away was written before the clock was set back.
            if count >= most and now < until <= now + _WINDOW:
                raise LogInThrottledError(int((until - now).total_seconds()) + 1)

    def fail(self, email: str, address: str, now: datetime) -> None:
        """Count a failure."""
        if len(self._failures) >= _REMEMBERED_MAX:
            self._failures = {key: kept for key, kept in self._failures.items() if now < kept[1]}
        if len(self._failures) >= _REMEMBERED_MAX:
            self._failures.clear()
        for key, _ in _keys(email, address):
            count, until = self._failures.get(key, (0, now))
            self._failures[key] = (count + 1, until) if now < until <= now + _WINDOW else (1, now + _WINDOW)

    def succeed(self, email: str) -> None:
        """Forget the failures of an email, whose owner has logged in."""
        self._failures.pop(("email", email), None)


def _keys(email: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
    return (("email", email), _PER_EMAIL_MAX), (("address", address), _PER_ADDRESS_MAX)
