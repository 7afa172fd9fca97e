"""Throttle on guessing codes: a customer who entered many codes that do not exist may enter no new ones for a while.

Only different unknown codes are counted, so a cart that brings one mistyped code with every update counts once. A
request without codes, or with codes that its session has already, is never refused: a checkout goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import datetime
from hashlib import blake2b

from prometheus_client import Counter

from tercel.base.errors import TooManyRequestsError
from tercel.features.access.throttles.counts import Counts

Code = tuple[str, str]
"""A code with its kind, ``coupon`` or ``referral``, in the form in which the application compares it."""

WINDOW_S = 600
_REMEMBERED_MAX = 10_000
_DIGEST_BYTES = 8
UNKNOWN_CODES = Counter(
    "tercel_unknown_codes", "Different codes that customers entered and that do not exist."
)


class TooManyCodesError(TooManyRequestsError):
    """A customer entered too many codes that do not exist."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"too many unknown codes were entered: new ones may be tried in {retry_after_s} seconds,"
            " everything else goes on without them"
        )
        self.retry_after_s = retry_after_s


class CodeThrottle:
    """Unknown codes of the current window, by who entered them. A limit of 0 means none."""

    def __init__(self, limit: int, counts: Counts) -> None:
        self._limit = limit
        self._counts = counts
        self._window = 0
        self._seen: dict[bytes, set[bytes]] = {}

    def enter(self, customer: bytes, new: Set[Code], unknown: Set[Code], now: datetime) -> None:
        """Count the codes that a customer enters: ``new`` are those the session does not have yet, ``unknown`` those
        of them that do not exist.

        Raises:
            TooManyCodesError: with the seconds to wait; which of the codes exist is not told.
        """
        if not self._limit:
            return
        seen = self._seen_by(customer, now)
        fresh = {code: digest for code in new if (digest := _digest(code)) not in seen}
        if not fresh:
            return
        if self._counts.total(customer, now) >= self._limit:
            raise TooManyCodesError(self._counts.seconds_left(now))
        wrong = {digest for code, digest in fresh.items() if code in unknown}
        if not wrong:
            return
        UNKNOWN_CODES.inc(len(wrong))
        if self._counts.add(customer, now, len(wrong)) > self._limit:
            raise TooManyCodesError(self._counts.seconds_left(now))
        self._remember(customer, wrong)

    def _seen_by(self, customer: bytes, now: datetime) -> Collection[bytes]:
        window = self._counts.window(now)
        if window != self._window:
            self._window = window
            self._seen.clear()
        return self._seen.get(customer, ())

    def _remember(self, customer: bytes, wrong: set[bytes]) -> None:
        if len(self._seen) >= _REMEMBERED_MAX:
            self._seen.clear()
        self._seen.setdefault(customer, set()).update(wrong)


def _digest(code: Code) -> bytes:
    return blake2b(" ".join(code).encode(errors="surrogatepass"), digest_size=_DIGEST_BYTES).digest()
