"""Whose rows a batch reads and writes: one application, and the account that it belongs to.

Every statement carries them as constants, also where its rows say them too. Because: a coordinator sends a statement to the one
node that has the rows only when it finds the constant in the condition, and cannot lock rows otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple


class Owner(NamedTuple):
    """An application and its account."""

    application_id: int
    account_id: int


#: As parameters of a load.
APPLICATION: Callable[[Owner], int] = attrgetter("application_id")
ACCOUNT: Callable[[Owner], int] = attrgetter("account_id")
