"""The wall-time limit of one evaluation (rules.md 6). The core reads no clock, so it is asked from here."""

from __future__ import annotations

import time
from collections.abc import Callable

from tercel.base import limits


def wall_time_limit() -> Callable[[], bool]:
    """A clock that starts now and says whether an evaluation has run for longer than it may."""
    end = time.monotonic() + limits.WALL_TIME_S_MAX
    return lambda: time.monotonic() >= end
