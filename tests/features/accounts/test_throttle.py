"""The brake on guessing passwords."""

from datetime import UTC, datetime, timedelta

import pytest

from tercel.features.accounts.throttle import LogInThrottle, LogInThrottledError

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def fail(throttle: LogInThrottle, times: int, email: str = "ann@example.com", address: str = "::1") -> None:
    for _ in range(times):
        throttle.check(email, address, NOW)
        throttle.fail(email, address, NOW)


def test_an_email_waits_after_ten_failures_until_the_window_ends() -> None:
    throttle = LogInThrottle()
    fail(throttle, 10)
    with pytest.raises(LogInThrottledError) as caught:
        throttle.check("ann@example.com", "::2", NOW + timedelta(minutes=2))
    assert caught.value.retry_after_s == 181
    throttle.check("bob@example.com", "::1", NOW)
    throttle.check("ann@example.com", "::1", NOW + timedelta(minutes=5))


def test_an_address_waits_after_fifty_failures() -> None:
    throttle = LogInThrottle()
    for number in range(50):
        fail(throttle, 1, email=f"{number}@example.com")
    with pytest.raises(LogInThrottledError):
        throttle.check("new@example.com", "::1", NOW)
    throttle.check("new@example.com", "::2", NOW)


def test_success_forgets_the_failures_of_an_email() -> None:
    throttle = LogInThrottle()
    fail(throttle, 9)
    throttle.succeed("ann@example.com")
    fail(throttle, 10)


def test_memory_is_bounded() -> None:
    throttle = LogInThrottle()
    for number in range(20_000):
        throttle.fail(f"{number}@example.com", f"{number}", NOW)
    assert len(throttle._failures) <= 10_002
