"""Steps along the calendar and the clock of a zone (behaviour/language 10).

Every time is aware, and a step leaves it in its zone. Days and longer steps keep the reading of the clock, whatever the clock does
meanwhile; seconds move the instant.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo

OUTSIDE = "the time lies outside the years 1 to 9999"

_DAYS_MAX = 3_700_000
_MONTHS_MAX = 12 * 10_000


class CalendarError(ValueError):
    """A step to a time that no calendar of ours has."""


def add_seconds(value: datetime, seconds: int) -> datetime:
    """Return the instant that many seconds later, in the same zone.

    Raises:
        CalendarError: the result lies outside the years 1 to 9999.
    """
    offset = value.utcoffset() or timedelta()
    try:
        # Because: adding to a time of a zone moves its clock; to move its instant, add in UTC.
        moved = value.replace(tzinfo=None) - offset + timedelta(seconds=seconds)
        return _zone(value).fromutc(moved.replace(tzinfo=value.tzinfo))
    except (OverflowError, ValueError):
        raise CalendarError(OUTSIDE) from None


def add_days(value: datetime, days: int) -> datetime:
    """Return the same reading of the clock that many days later.

    Raises:
        CalendarError: the result lies outside the years 1 to 9999.
    """
    if abs(days) > _DAYS_MAX:
        raise CalendarError(OUTSIDE)
    if not days:
        return value  # an addition would forget which of two equal readings is meant
    try:
        return value + timedelta(days=days)
    except OverflowError:
        raise CalendarError(OUTSIDE) from None


def add_months(value: datetime, months: int) -> datetime:
    """Return the same day and clock that many months later; the last day of the month where it has no such day.

    Raises:
        CalendarError: the result lies outside the years 1 to 9999.
    """
    if abs(months) > _MONTHS_MAX:
        raise CalendarError(OUTSIDE)
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise CalendarError(OUTSIDE)
    day = min(value.day, monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day, fold=value.fold if months == 0 else 0)


def start_of_day(value: datetime) -> datetime:
    """Return the first instant of the day in the time's own zone."""
    return value.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def end_of_day(value: datetime) -> datetime:
    """Return the last second of the day in the time's own zone."""
    return value.replace(hour=23, minute=59, second=59, microsecond=0, fold=1)


def end_of_unit(value: datetime, unit: str) -> datetime:
    """Return the last second of the day, week, month or year (``D W M Y``) in the time's own zone; weeks end on Sunday.

    Raises:
        CalendarError: the week ends outside the years 1 to 9999.
    """
    match unit:
        case "W":
            return end_of_day(add_days(value, 6 - value.weekday()))
        case "M":
            return end_of_day(value.replace(day=monthrange(value.year, value.month)[1]))
        case "Y":
            return end_of_day(value.replace(month=12, day=31))
    return end_of_day(value)


def shown(value: datetime) -> datetime:
    """Return the same instant as the clock of its zone shows it: a reading that the clock jumped over becomes a later one."""
    try:
        return value.astimezone(UTC).astimezone(_zone(value))
    except OverflowError:
        return value  # at the ends of the calendar no clock has jumped yet, or will


def _zone(value: datetime) -> tzinfo:
    assert value.tzinfo is not None, "times are aware"
    return value.tzinfo
