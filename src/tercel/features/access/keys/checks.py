"""Checks that both kinds of keys share."""

from __future__ import annotations

from datetime import datetime

from tercel.base.errors import InvalidError


def check_expiry(expires: datetime, now: datetime, pointer: str) -> None:
    """Check that a new key is not expired already.

    Raises:
        InvalidError: the moment has passed.
    """
    if expires <= now:
        name = pointer.removeprefix("/")
        raise InvalidError.at(pointer, "minimum", f"{name} must be in the future")
