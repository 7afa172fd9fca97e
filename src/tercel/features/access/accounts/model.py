"""Logging in, on the wire (behaviour/access 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tercel.base.limits import EMAIL_LENGTH_MAX, PASSWORD_LENGTH_MAX


class LoginParams(msgspec.Struct):
    """Who wants to log in."""

    email: Annotated[str, Meta(min_length=1, max_length=EMAIL_LENGTH_MAX)]
    password: Annotated[str, Meta(max_length=PASSWORD_LENGTH_MAX)]


class Session(msgspec.Struct, rename="camel"):
    """The token of a user who has logged in; shown once."""

    user_id: int
    token: str
    created: datetime
