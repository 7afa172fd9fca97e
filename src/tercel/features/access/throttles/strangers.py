"""Throttle on guessing keys: bounds invalid keys from one address within one second."""

from __future__ import annotations

from datetime import datetime

from tercel.base.errors import TooManyRequestsError
from tercel.features.access.throttles.addresses import network_of
from tercel.features.access.throttles.counts import Counts

WINDOW_S = 1


class Strangers:
    """Refused keys of the current second, by address. A limit of 0 means none."""

    def __init__(self, limit: int, counts: Counts) -> None:
        self._limit = limit
        self._counts = counts

    def check(self, address: str, now: datetime) -> None:
        """Check the throttle before the look-up of a key that was not seen lately.

        Raises:
            TooManyRequestsError: the address has had its share of this second.
        """
        if self._limit and self._counts.total(_key(address), now) >= self._limit:
            raise TooManyRequestsError("too many keys that are not valid: try again in a second")

    def refused(self, address: str, now: datetime) -> None:
        """Count a key that was not valid."""
        if self._limit:
            self._counts.add(_key(address), now)


def _key(address: str) -> bytes:
    return network_of(address).encode()
