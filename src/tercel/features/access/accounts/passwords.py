"""Passwords: kept as Argon2 hashes, computed in threads because each takes a good part of a second on purpose."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tercel.base.errors import InvalidError, UnavailableError
from tercel.base.limits import PASSWORD_LENGTH_MIN, PASSWORDS_WAITING_MAX

T = TypeVar("T")
_PASSWORD_BYTES = 15
_hasher = PasswordHasher()
# Each hash takes 64 MiB of memory while it runs: two at a time.
_threads = ThreadPoolExecutor(2, "passwords")
#: Beyond this the last one would wait for seconds, and so many attempts at once do not come from a crowd of administrators.
_waiting = 0


def check_password(password: str, email: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        InvalidError: it is too short, or the user's own address.
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise InvalidError(
            message=f"the password is too short: use at least {PASSWORD_LENGTH_MIN} characters"
        )
    if password.strip().lower() == email:
        raise InvalidError(message="the password is the address: use another one")


def make_password() -> str:
    """Return a random password."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


async def hash_password(password: str) -> str:
    """Return the hash of a password to store."""
    return await _in_turn(_hasher.hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether the password is the one that was hashed. Without a hash the answer is no, after the same time.

    Raises:
        UnavailableError: too many passwords are being checked.
    """
    return await _in_turn(_verify, password, password_hash)


async def hash_again(password: str, password_hash: str) -> str | None:
    """Return a new hash where the old one was made with weaker parameters than today's; None where it is good."""
    return await hash_password(password) if _hasher.check_needs_rehash(password_hash) else None


async def _in_turn(work: Callable[..., T], *arguments: object) -> T:
    global _waiting  # noqa: PLW0603  # one queue in front of the process's threads
    if _waiting >= PASSWORDS_WAITING_MAX:
        raise UnavailableError("too many passwords are being checked: try again")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work, *arguments)
    finally:
        _waiting -= 1


def _verify(password: str, password_hash: str | None) -> bool:
    stand_in = _nobodys_hash()  # computed even where it is not needed, lest the first stranger waits longer
    try:
        _hasher.verify(password_hash or stand_in, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@lru_cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")
