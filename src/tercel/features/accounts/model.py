"""Logging in, on the wire (management.md 0.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

_EMAIL_LENGTH_MAX = 320
_PASSWORD_LENGTH_MAX = 1_000


class LoginParams(msgspec.Struct):
    """Who wants to log in."""

    email: Annotated[str, Meta(min_length=1, max_length=_EMAIL_LENGTH_MAX)]
    password: Annotated[str, Meta(max_length=_PASSWORD_LENGTH_MAX)]


class Session(msgspec.Struct, rename="camel"):
    """The token of a user who has logged in; shown once."""

    user_id: int
    token: str
    created: datetime
