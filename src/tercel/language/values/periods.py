"""Periods such as ``30s``, ``5D`` or ``1M_U``, and calendar arithmetic (behaviour/language 10)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import NamedTuple

from tercel.language.errors import TimeError

_PERIOD = re.compile(r"([0-9]{1,9})([smhDWMY])(_[DU])?\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3_600}
_OUTSIDE = "the time lies outside the years 1 to 9999"

_DAYS_MAX = 3_700_000
_MONTHS_MAX = 12 * 10_000


class Period(NamedTuple):
    """``amount`` of ``unit`` (one of ``s m h D W M Y``), then rounded down to the start of the day (``D``) or up to the
    end of the unit (``U``)."""

    amount: int
    unit: str
    rounding: str = ""


IMMEDIATE = Period(0, "s")


def parse_period(text: str) -> Period:
    """Return the period that a text writes; ``immediate`` is a period of no length.

    Raises:
        TimeError: the text is no period.
    """
    if text == "immediate":
        return IMMEDIATE
    match = _PERIOD.match(text)
    rounding = (match[3] or "").removeprefix("_") if match else ""
    if match is None or (rounding == "D" and match[2] != "D") or (rounding == "U" and match[2] in _SECONDS):
        raise TimeError(f"`{text[:100]}` is no period; write it like `30s`, `5D` or `1M_U`")
    return Period(int(match[1]), match[2], rounding)


def add_period(value: datetime, period: Period) -> datetime:
    """Return the time later by a period; days and longer units follow the calendar of the time's own zone.

    Raises:
        TimeError: the result lies outside the years 1 to 9999.
    """
    amount, unit, rounding = period
    if unit in _SECONDS:
        return add_seconds(value, amount * _SECONDS[unit])
    if unit in "DW":
        moved = add_days(value, amount * (7 if unit == "W" else 1))
    else:
        moved = add_months(value, amount * (12 if unit == "Y" else 1))
    if rounding == "D":
        return start_of_day(moved)
    return _end_of_unit(moved, unit) if rounding == "U" else moved


def add_seconds(value: datetime, seconds: int) -> datetime:
    """Return the instant that many seconds later, in the same zone.

    Raises:
        TimeError: the result lies outside the years 1 to 9999.
    """
    offset = value.utcoffset() or timedelta()
    try:
        # Because: adding to a time of a zone moves its clock; to move its instant, add in UTC.
        moved = value.replace(tzinfo=None) - offset + timedelta(seconds=seconds)
        zone = value.tzinfo
        assert zone is not None, "times of the language are aware"
        return zone.fromutc(moved.replace(tzinfo=zone))
    except (OverflowError, ValueError):
        raise TimeError(_OUTSIDE) from None


def add_days(value: datetime, days: int) -> datetime:
    """Return the same reading of the clock that many days later.

    Raises:
        TimeError: the result lies outside the years 1 to 9999.
    """
    if abs(days) > _DAYS_MAX:
        raise TimeError(_OUTSIDE)
    if not days:
        return value  # an addition would forget which of two equal readings is meant
    try:
        return value + timedelta(days=days)
    except OverflowError:
        raise TimeError(_OUTSIDE) from None


def add_months(value: datetime, months: int) -> datetime:
    """Return the same day and clock that many months later; the last day of the month where it has no such day.

    Raises:
        TimeError: the result lies outside the years 1 to 9999.
    """
    if abs(months) > _MONTHS_MAX:
        raise TimeError(_OUTSIDE)
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise TimeError(_OUTSIDE)
    day = min(value.day, monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day, fold=value.fold if months == 0 else 0)


def start_of_day(value: datetime) -> datetime:
    """Return the first instant of the day in the time's own zone."""
    return value.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def end_of_day(value: datetime) -> datetime:
    """Return the last second of the day in the time's own zone."""
    return value.replace(hour=23, minute=59, second=59, microsecond=0, fold=1)


def _end_of_unit(value: datetime, unit: str) -> datetime:
    match unit:
        case "W":
            last = add_days(value, 6 - value.weekday())
        case "M":
            last = value.replace(day=monthrange(value.year, value.month)[1])
        case "Y":
            last = value.replace(month=12, day=31)
        case _:
            last = value
    return end_of_day(last)
