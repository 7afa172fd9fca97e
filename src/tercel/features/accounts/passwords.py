"""Passwords: kept as Argon2 hashes, computed in threads because each takes a good part of a second on purpose."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Each hash takes 64 MiB of memory while it runs: two at a time.
_threads = ThreadPoolExecutor(2, "passwords")


async def hash_password(password: str) -> str:
    """The hash to keep."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one that was hashed. Without a hash the answer is no, after the same time."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@lru_cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")
