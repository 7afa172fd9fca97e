"""The brake on guessing passwords, which all processes share through the database (behaviour/access 1)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tercel.base.limits import (
    LOG_INS_PER_ADDRESS_MAX,
    LOG_INS_PER_EMAIL_AND_ADDRESS_MAX,
    LOG_INS_PER_EMAIL_MAX,
)
from tercel.database.engine import Database
from tercel.database.tables.accounts import log_in_attempts
from tercel.features.access.accounts.throttle import LogInThrottledError, count_attempt, take_back_attempt
from tercel.jobs.housekeeping import tidy_up

pytestmark = pytest.mark.anyio
NOW = datetime(2030, 1, 1, tzinfo=UTC)
ANN = "ann@example.com"


async def attempt(
    database: Database, email: str = ANN, address: str = "10.0.0.1", *, at: datetime = NOW
) -> None:
    async with database.transaction() as tx:
        await count_attempt(tx, email, address, at)


async def test_an_account_waits_after_ten_attempts_from_one_address(database: Database) -> None:
    for _ in range(LOG_INS_PER_EMAIL_AND_ADDRESS_MAX):
        await attempt(database)
    with pytest.raises(LogInThrottledError) as caught:
        await attempt(database, at=NOW + timedelta(minutes=2))
    assert caught.value.retry_after_s == 181
    await attempt(database, address="10.0.0.2")
    await attempt(database, email="bob@example.com")
    await attempt(database, at=NOW + timedelta(minutes=5))


async def test_an_account_waits_after_fifty_attempts_from_anywhere(database: Database) -> None:
    for number in range(LOG_INS_PER_EMAIL_MAX):
        await attempt(database, address=f"10.0.0.{number}")
    with pytest.raises(LogInThrottledError):
        await attempt(database, address="10.0.1.1")


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["2001:db8::1", "2001:db8::2"], ["10.0.0.1", "::ffff:10.0.0.1"]], ids=str
)
async def test_an_address_waits_after_fifty_attempts_at_any_accounts(
    database: Database, addresses: list[str]
) -> None:
    for number in range(LOG_INS_PER_ADDRESS_MAX):
        await attempt(database, f"{number}@example.com", addresses[number % len(addresses)])
    with pytest.raises(LogInThrottledError):
        await attempt(database, "new@example.com", addresses[0])
    await attempt(database, "new@example.com", "2001:db8:0:1::1")


async def test_many_at_once_do_not_slip_through(database: Database) -> None:
    results = await asyncio.gather(*(attempt(database) for _ in range(30)), return_exceptions=True)
    assert [
        result for result in results if result is not None and not isinstance(result, LogInThrottledError)
    ] == []
    assert results.count(None) == LOG_INS_PER_EMAIL_AND_ADDRESS_MAX


async def test_attempts_that_overtake_each_other_count_together(database: Database) -> None:
    for number in range(LOG_INS_PER_EMAIL_AND_ADDRESS_MAX):
        await attempt(database, at=NOW - timedelta(seconds=number))
    with pytest.raises(LogInThrottledError):
        await attempt(database, at=NOW - timedelta(seconds=LOG_INS_PER_EMAIL_AND_ADDRESS_MAX))


async def test_a_right_password_is_no_failure(database: Database) -> None:
    for _ in range(LOG_INS_PER_EMAIL_MAX * 2):
        await attempt(database)
        async with database.transaction() as tx:
            await take_back_attempt(tx, ANN, "10.0.0.1")


async def test_a_clock_that_was_set_back_locks_nobody_out(database: Database) -> None:
    for _ in range(LOG_INS_PER_EMAIL_AND_ADDRESS_MAX):
        await attempt(database)
    await attempt(database, at=NOW - timedelta(days=1))


async def test_neither_emails_nor_addresses_are_stored_and_old_attempts_are_forgotten(
    database: Database,
) -> None:
    await attempt(database, "a password typed into the wrong field")
    async with database.transaction() as tx:
        rows = await tx.all(select(log_in_attempts))
    assert {len(row.subject) for row in rows} == {32}
    await tidy_up(database, NOW + timedelta(minutes=6))
    async with database.transaction() as tx:
        assert await tx.all(select(log_in_attempts)) == []
