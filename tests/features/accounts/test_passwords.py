"""Passwords: what is kept of them, and what the time of an answer tells."""

import asyncio
from statistics import median
from time import process_time

import pytest
from argon2 import PasswordHasher

from tercel.base.errors import UnavailableError
from tercel.base.limits import PASSWORDS_WAITING_MAX
from tercel.features.access.accounts.passwords import hash_password, is_password

pytestmark = pytest.mark.anyio


async def test_a_password_is_kept_as_an_argon2_hash_with_its_own_salt() -> None:
    first, second = await hash_password("secret"), await hash_password("secret")
    assert first.startswith("$argon2id$")
    assert first != second
    assert await is_password("secret", first)
    assert not await is_password("Secret", first)


@pytest.mark.parametrize("kept", [None, "", "no hash"])
async def test_nothing_fits_an_account_without_a_password(kept: str | None) -> None:
    assert not await is_password("nobody has this password", kept)


async def test_the_time_of_an_answer_does_not_tell_whether_the_account_exists() -> None:
    """Processor time, since passwords are compared in threads that others may hold up."""
    kept = await hash_password("secret")
    times: dict[str | None, list[float]] = {kept: [], None: []}
    for _ in range(9):
        for password_hash, taken in times.items():
            started = process_time()
            assert not await is_password("wrong", password_hash)
            taken.append(process_time() - started)
    # Because: without a hash to compare with the answer would come a hundred times sooner.
    assert 1 / 3 < median(times[None]) / median(times[kept]) < 3


async def test_a_flood_of_passwords_is_turned_away() -> None:
    kept = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("secret")  # is soon compared
    answers = await asyncio.gather(
        *(is_password("wrong", kept) for _ in range(PASSWORDS_WAITING_MAX + 10)), return_exceptions=True
    )
    assert sum(isinstance(answer, UnavailableError) for answer in answers) == 10
    assert answers.count(False) == PASSWORDS_WAITING_MAX
    assert await is_password("secret", kept)
