"""Ids of requests: unique, not secret."""

from __future__ import annotations

import secrets
from itertools import count

#: The process and the number of the request tell it apart without asking for chance each time.
_PROCESS = secrets.token_hex(8)
_numbers = count(1)


def new_request_id() -> str:
    """Return an id that no other request has."""
    return f"{_PROCESS}{next(_numbers):x}"
