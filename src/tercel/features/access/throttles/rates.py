"""A limit of requests per second and key, off unless the operator sets one."""

from __future__ import annotations

from datetime import datetime

from tercel.base.errors import TooManyRequestsError
from tercel.features.access.throttles.counts import Counts

WINDOW_S = 1


class Rates:
    """Requests of the current second, by key. A limit of 0 means none."""

    def __init__(self, limit: int, counts: Counts) -> None:
        self._limit = limit
        self._counts = counts

    def take(self, key: bytes, now: datetime) -> None:
        """Count one request.

        Raises:
            TooManyRequestsError: the key has had its share of this second.
        """
        if self._limit and self._counts.add(key, now) > self._limit:
            raise TooManyRequestsError("too many requests with this key: try again in a second")
