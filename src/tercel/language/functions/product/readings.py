"""Readings of the clock and the calendar, in the application's zone unless the time keeps its own."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from tercel.language.catalogue.catalogue import Family
from tercel.language.errors import TimeError
from tercel.language.running.run import Run
from tercel.language.values.costs import steps_of_layout
from tercel.language.values.kinds import (
    BOOLEAN,
    NUMBER,
    STRING,
    TIME,
)
from tercel.language.values.layouts import format_time, require_layout
from tercel.language.values.periods import end_of_day, start_of_day
from tercel.language.values.times import in_zone, kept
from tercel.language.values.values import whole

FAMILY = Family("Clock and calendar")

_DAY = timedelta(days=1)


def _define_reading(name: str, doc: str, words: str, result: str, read: Callable[[datetime], int]) -> None:
    @FAMILY.define(
        name,
        "time:time",
        NUMBER,
        doc=doc,
        examples=[(f'["{name}", "2026-01-31T12:05:00Z"]', result)],
        errors="time",
        phrases=f"the {words} of {{0}}",
    )
    def reading(run: Run, time: datetime) -> Decimal:
        return Decimal(read(in_zone(time, run.zone)))


_define_reading("hour", "Return the hour, 0 to 23.", "hour", "12", lambda time: time.hour)
_define_reading("minute", "Return the minute, 0 to 59.", "minute", "5", lambda time: time.minute)
_define_reading(
    "weekday",
    "Return the day of the week, 0 for Sunday to 6 for Saturday.",
    "weekday",
    "6",
    lambda time: time.isoweekday() % 7,
)
_define_reading(
    "monthDay", "Return the day of the month, 1 to 31.", "day of the month", "31", lambda time: time.day
)
_define_reading("month", "Return the month, 1 to 12.", "month", "1", lambda time: time.month)
_define_reading("year", "Return the year.", "year", "2026", lambda time: time.year)


@FAMILY.define(
    "date",
    "time:time",
    STRING,
    examples=[('["date", "2026-01-31T12:05:00Z"]', '"2026-01-31"')],
    errors="time",
    phrases="the date of {0}",
)
def date_(run: Run, time: datetime) -> str:
    """Return the date of a time as `YYYY-MM-DD`."""
    return in_zone(time, run.zone).date().isoformat()


@FAMILY.define(
    "matchTime",
    "time:time other:time layout:string",
    BOOLEAN,
    examples=[('["matchTime", "2026-01-31T12:00:00Z", "2026-01-31T18:00:00Z", "YYYY-MM-DD"]', "true")],
    errors="time",
    phrases="{0} and {1} agree in {2}|{0} and {1} differ in {2}",
    literals={"layout": require_layout},
)
def match_time(run: Run, time: datetime, other: datetime, layout: str) -> bool:
    """Tell whether two times have the same text in a layout."""
    run.spend(2 * steps_of_layout(layout))
    return format_time(in_zone(time, run.zone), layout) == format_time(in_zone(other, run.zone), layout)


@FAMILY.define(
    "timeOfDayBetween",
    "time:time from:string to:string",
    BOOLEAN,
    examples=[('["timeOfDayBetween", "2026-01-31T23:30:00Z", "22:00", "02:00"]', "true")],
    errors="time",
    phrases="the clock at {0} reads between {1} and {2}",
)
def time_of_day_between(run: Run, time: datetime, start: str, end: str) -> bool:
    """Tell whether the clock reads between two readings `HH:MM`, the start included, the end not; over midnight if
    the end is earlier."""
    clock = in_zone(time, run.zone)
    value = timedelta(
        hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
    )
    low, high = _clock(start), _clock(end)
    return low <= value < high if low <= high else value >= low or value < high


def _clock(text: str) -> timedelta:
    hours, colon, minutes = text.partition(":")
    is_clock = colon and all(
        part.isascii() and part.isdigit() and len(part) == 2 for part in (hours, minutes)
    )
    value = timedelta(hours=int(hours), minutes=int(minutes)) if is_clock else None
    if value is None or value > _DAY or int(minutes) > 59:
        raise TimeError(f"`{text[:100]}` is no reading of a clock; write it like `08:30`")
    return value


@FAMILY.define(
    "startOfDay",
    "time:time",
    TIME,
    examples=[('["startOfDay", "2026-01-31T12:05:00Z"]', '"2026-01-31T00:00:00Z"')],
    errors="time",
)
def start_of_day_(run: Run, time: datetime) -> datetime:
    """Return the start of the time's day."""
    return kept(start_of_day(in_zone(time, run.zone)), run.zone)


@FAMILY.define(
    "endOfDay",
    "time:time",
    TIME,
    examples=[('["endOfDay", "2026-01-31T12:05:00Z"]', '"2026-01-31T23:59:59Z"')],
    errors="time",
)
def end_of_day_(run: Run, time: datetime) -> datetime:
    """Return the last second of the time's day."""
    return kept(end_of_day(in_zone(time, run.zone)), run.zone)


@FAMILY.define(
    "anniversaryWithin",
    "time:time daysBefore:number daysAfter:number reference:time?",
    BOOLEAN,
    examples=[('["anniversaryWithin", "1990-02-03T00:00:00Z", 3, 0, "2026-01-31T12:00:00Z"]', "true")],
    errors="time",
    phrases="an anniversary of {0} is at most {1} days ahead or {2} days ago",
)
def anniversary_within(
    run: Run, time: datetime, days_before: Decimal, days_after: Decimal, reference: datetime | None = None
) -> bool:
    """Tell whether today, or the reference, is near an anniversary of the time: up to `daysBefore` days before it or
    up to `daysAfter` days after it. 29 February counts as 28 February in other years."""
    today = in_zone(run.now if reference is None else reference, run.zone).date()
    origin = in_zone(time, run.zone).date()
    low, high = -whole(days_before), whole(days_after)
    years = (year for year in (today.year - 1, today.year, today.year + 1) if 1 <= year <= 9999)
    return any(low <= (today - _anniversary(origin, year)).days <= high for year in years)


def _anniversary(origin: date, year: int) -> date:
    if (origin.month, origin.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return origin.replace(year=year)
