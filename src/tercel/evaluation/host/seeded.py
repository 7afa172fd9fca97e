"""Generated values, equal for equal seeds: transaction ids and codes. The core has no random source."""

from __future__ import annotations

import hashlib
from uuid import UUID

from tercel.base.limits import COUPON_CODE_LENGTH_MAX

DEFAULT_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
DEFAULT_PATTERN = "########"


def seeded_uuid(seed: str, purpose: str) -> str:
    """Return a UUID that depends on the seed and on its purpose."""
    return str(UUID(bytes=hashlib.sha256(f"{seed}|{purpose}".encode()).digest()[:16], version=4))


def seeded_code(seed: str, purpose: str, *, pattern: str = "", characters: str = "") -> str:
    """Return a code after a pattern, in which each ``#`` is replaced by one of the characters.

    >>> seeded_code("s", "p", pattern="X-##", characters="0")
    'X-00'
    """
    pattern = (pattern or DEFAULT_PATTERN)[:COUPON_CODE_LENGTH_MAX]
    alphabet = characters or DEFAULT_CHARACTERS
    stream = hashlib.shake_256(f"{seed}|{purpose}".encode()).digest(4 * max(pattern.count("#"), 1))
    numbers = (int.from_bytes(stream[i : i + 4], "big") for i in range(0, len(stream), 4))
    return "".join(alphabet[next(numbers) % len(alphabet)] if sign == "#" else sign for sign in pattern)
