"""Times: RFC 3339, and what the zone of a reading is.

Every time is an aware ``datetime``. A plain one is read in the application's zone; a ``ZonedTime`` (made by
``inTimezone``) keeps its own (behaviour/language 10).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tercel.language.errors import TimeError

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,12})?([Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)
_FIRST = datetime(1, 1, 1)  # noqa: DTZ001  # counting point of wall clocks, never a value


class ZonedTime(datetime):
    """A time whose readings use its own zone."""

    @classmethod
    def of(cls, value: datetime) -> ZonedTime:
        """Return the same reading in the same zone; of two equal readings, the one that ``value`` means."""
        # Because: `combine` of a subclass forgets which of two equal readings is meant.
        return cls.combine(value.date(), value.timetz()).replace(fold=value.fold)


def instant(value: datetime) -> timedelta:
    """Return the position of a time on the time line, comparable and exact in every zone and at both ends of the
    calendar."""
    offset = value.utcoffset()
    assert offset is not None, "times of the language are aware"
    return value.replace(tzinfo=None) - _FIRST - offset


def parse_rfc3339(text: str) -> datetime:
    """Return the time that an RFC 3339 text writes.

    Raises:
        TimeError: the text is no such time.
    """
    if _RFC3339.match(text) is None:
        raise TimeError(f"`{text[:100]}` is no time; write it like `2026-01-31T12:00:00Z`")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise TimeError(f"`{text}` is no time: {error}") from None


def in_zone(value: datetime, zone: tzinfo) -> datetime:
    """Return the time as functions read it: in its own zone if it keeps one, else in the given one.

    Raises:
        TimeError: the reading lies outside the years 1 to 9999.
    """
    if isinstance(value, ZonedTime):
        return value
    try:
        return value.astimezone(zone)
    except OverflowError:
        return _at_the_edge(value, zone)


def _at_the_edge(value: datetime, zone: tzinfo) -> datetime:
    """Return the reading of a time that has one in the zone but none in UTC, such as 00:30 on the first day of the
    calendar."""
    clock = value.replace(tzinfo=None)
    try:
        shift = (zone.utcoffset(clock) or timedelta()) - (value.utcoffset() or timedelta())
        return (clock + shift).replace(tzinfo=zone)
    except OverflowError:
        raise TimeError("the time lies outside the years 1 to 9999") from None


@lru_cache(maxsize=1_024)  # more than there are: one that was found need not be looked for in files again
def find_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises:
        TimeError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeError(f"unknown time zone `{name[:100]}`; use a name such as `Europe/Berlin`") from None


def format_rfc3339(value: datetime, zone: tzinfo) -> str:
    """RFC 3339 in the zone of the reading: ``Z`` for UTC, else the numeric offset."""
    text = in_zone(value, zone).isoformat()
    return text.replace("+00:00", "Z") if text.endswith("+00:00") else text


def kept(value: datetime, zone: tzinfo) -> datetime:
    """Give the result of an operation on a reading its zone: a time with a zone of its own stays so, any other
    becomes a plain time with a fixed offset, whose arithmetic is that of instants. A reading that the clock jumped
    over becomes the one that its instant has."""
    fixed = _fixed(value)
    if isinstance(value, ZonedTime) and value.tzinfo is not None and value.tzinfo is not zone:
        return moved_to(fixed, value.tzinfo)
    return fixed


def moved_to(value: datetime, zone: tzinfo) -> ZonedTime:
    """Return the same instant as a time that keeps the zone.

    Raises:
        TimeError: its reading lies outside the years 1 to 9999.
    """
    return ZonedTime.of(in_zone(_fixed(value), zone))


def _fixed(value: datetime) -> datetime:
    """Return the same instant as a plain time with a fixed offset."""
    offset = value.utcoffset()
    assert offset is not None, "times of the language are aware"
    return datetime.combine(value.date(), value.time(), timezone(offset))
