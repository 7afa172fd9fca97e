"""The operator's limit of requests per second and key."""

from datetime import UTC, datetime, timedelta

import pytest

from tercel.base.errors import TooManyRequestsError
from tercel.http.kernel.rates import Rates

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def test_no_limit() -> None:
    rates = Rates(0, 1)
    for _ in range(1000):
        rates.take(b"key", NOW)


def test_each_key_has_its_share_of_each_second() -> None:
    rates = Rates(4, 2)
    for key in (b"one", b"two"):
        rates.take(key, NOW)
        rates.take(key, NOW)
        with pytest.raises(TooManyRequestsError):
            rates.take(key, NOW)
    rates.take(b"one", NOW + timedelta(seconds=1))
