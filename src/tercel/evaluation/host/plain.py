"""Values of the language as they travel in effects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tercel.base.codec import wire_time
from tercel.base.numbers import tidy
from tercel.language.errors import RangeError
from tercel.language.running.equality import require_depth
from tercel.language.running.run import Run
from tercel.language.values.costs import STEPS_PER_PLAIN
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import Location


def in_utc(value: datetime) -> datetime:
    """Return the same instant as a plain time in UTC, the form of all times in effects."""
    utc = value.astimezone(UTC)
    # Because: a time that keeps its own zone is of a class of its own, which no encoder knows.
    return datetime.combine(utc.date(), utc.time(), UTC)


def plain(value: Any, run: Run, depth: int = 0) -> Any:
    """Return a value of the language as JSON data. Shared parts are written out each time, so each element is
    charged.

    Raises:
        RangeError: it holds an entity, or is nested too deeply.
        AbortedError: it is too large.
    """
    if isinstance(value, list | Mapping):
        require_depth(depth + 1)
        run.spend(1 + STEPS_PER_PLAIN * len(value))
    if isinstance(value, Decimal):
        return tidy(value)
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, Location):
        return {"lat": value.latitude, "lon": value.longitude}
    if isinstance(value, list):
        return [plain(each, run, depth + 1) for each in value]
    if isinstance(value, Mapping):
        return {key: plain(each, run, depth + 1) for key, each in value.items()}
    if isinstance(value, Entity):
        raise RangeError("an entity cannot be part of a payload")
    return value
