"""Durations such as ``30s``, ``5D`` or ``1M_U``: how they are written, and when they are over (behaviour/loyalty 2).

Points that wait, points that live and tiers that last are told in durations, and so are the periods of the rule language.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from tercel.base.limits import DURATION_YEARS_MAX
from tercel.base.zoned import (
    OUTSIDE,
    CalendarError,
    add_days,
    add_months,
    add_seconds,
    end_of_unit,
    shown,
    start_of_day,
)

IMMEDIATE = "immediate"
ON_ACTION = "on_action"
UNLIMITED = "unlimited"

_DURATION = re.compile(r"([0-9]+)([smhDWMY])(_[DU])?\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3_600}
_DAYS = {"D": 1, "W": 7}
_MONTHS = {"M": 1, "Y": 12}
#: How often a unit fits into a year.
_PER_YEAR = {"s": 31_536_000, "m": 525_600, "h": 8_760, "D": 365, "W": 52, "M": 12, "Y": 1}
_DIGITS_MAX = len(str(_PER_YEAR["s"] * DURATION_YEARS_MAX))


class DurationError(CalendarError):
    """A text that is no duration, or none that is allowed where it stands."""


class Duration(NamedTuple):
    """``amount`` of ``unit`` (one of ``s m h D W M Y``), then rounded down to the start of the day (``D``) or up to the
    end of the unit (``U``)."""

    amount: int
    unit: str
    rounding: str = ""


NOTHING = Duration(0, "s")


def parse_duration(text: str, *, words: str = "") -> Duration:
    """Return the duration that a text writes. ``words`` are what the message names beside it.

    Raises:
        DurationError: the text is no duration, or one longer than any may be.
    """
    match = _DURATION.match(text)
    unit, rounding = (match[2], (match[3] or "").removeprefix("_")) if match else ("", "")
    if match is None or (rounding == "D" and unit != "D") or (rounding == "U" and unit in _SECONDS):
        raise DurationError(
            f"`{text[:100]}` is no duration; write {words}a whole number and one of the units `s`, `m`, `h`, `D`, `W`, `M`, `Y`, such as "
            "`30D`; `_D` may follow `D`, and `_U` any of `D`, `W`, `M`, `Y`"
        )
    digits = match[1].lstrip("0")
    if len(digits) > _DIGITS_MAX or int(digits or 0) > _PER_YEAR[unit] * DURATION_YEARS_MAX:
        raise DurationError(
            f"`{text[:100]}` is too long; write at most {_PER_YEAR[unit] * DURATION_YEARS_MAX}{unit}"
        )
    return Duration(int(digits or 0), unit, rounding)


def parse_start(text: str) -> Duration | None:
    """Return how long points stay pending; None for ``on_action``, which no clock ends.

    Raises:
        DurationError: the text is none of ``immediate``, ``on_action`` and a duration.
    """
    if text == ON_ACTION:
        return None
    return NOTHING if text == IMMEDIATE else parse_duration(text, words="`immediate`, `on_action` or ")


def parse_validity(text: str) -> Duration | None:
    """Return how long points live once they are active; None for ``unlimited``.

    Raises:
        DurationError: the text is neither ``unlimited`` nor a duration.
    """
    return None if text == UNLIMITED else parse_duration(text, words="`unlimited` or ")


def parse_cycle(text: str) -> Duration:
    """Return how long a tier lasts, or a cycle of tiers.

    Raises:
        DurationError: the text is no duration, or one of no length.
    """
    duration = parse_duration(text)
    if not duration.amount:
        raise DurationError(f"`{text[:100]}` has no length; write at least one unit, such as `1Y`")
    return duration


def end_of(moment: datetime, duration: Duration, zone: tzinfo) -> datetime:
    """Return when a duration that begins at a moment is over, by the calendar and the clock of a zone; in UTC.

    Raises:
        CalendarError: it would be over outside the years 1 to 9999.
    """
    try:
        return moved(moment.astimezone(zone), duration).astimezone(UTC)
    except OverflowError:
        raise CalendarError(OUTSIDE) from None


def moved(value: datetime, duration: Duration) -> datetime:
    """Return the time later by a duration, in the time's own zone.

    Raises:
        CalendarError: it lies outside the years 1 to 9999.
    """
    amount, unit, rounding = duration
    if unit in _SECONDS:
        return add_seconds(value, amount * _SECONDS[unit])
    if unit in _DAYS:
        later = add_days(value, amount * _DAYS[unit])
    else:
        later = add_months(value, amount * _MONTHS[unit])
    if not rounding:
        return later
    # Because: a reading that the clock jumped over may belong to the next day.
    later = shown(later)
    return start_of_day(later) if rounding == "D" else end_of_unit(later, unit)
