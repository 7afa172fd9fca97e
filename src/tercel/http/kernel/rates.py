"""A limit of requests per second and key, off unless the operator sets one.

Each process counts by itself, so it allows its share of the limit.
"""

from __future__ import annotations

from datetime import datetime

from tercel.base.errors import TooManyRequestsError


class Rates:
    """Requests of the current second, by key."""

    def __init__(self, limit: int, processes: int) -> None:
        self._share = max(1, limit // processes) if limit else 0
        self._second = 0
        self._counts: dict[bytes, int] = {}

    def take(self, key: bytes, now: datetime) -> None:
        """Count one request.

        Raises:
            TooManyRequestsError: the key has had its share of this second.
        """
        if not self._share:
            return
        second = int(now.timestamp())
        if second != self._second:
            self._second = second
            self._counts.clear()
        count = self._counts.get(key, 0) + 1
        if count > self._share:
            raise TooManyRequestsError("too many requests with this key: try again in a second")
        self._counts[key] = count
