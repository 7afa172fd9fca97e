"""Times: reading, moving, comparing. Readings use the application's zone unless the time keeps its own."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tercel.language.catalogue import Family
from tercel.language.errors import RangeError, TimeError
from tercel.language.kinds import BOOLEAN, NUMBER, STRING, TIME
from tercel.language.layouts import format_time, parse_time
from tercel.language.periods import (
    add_days,
    add_months,
    add_period,
    add_seconds,
    end_of_day,
    parse_period,
    start_of_day,
)
from tercel.language.run import Run
from tercel.language.times import (
    ZonedTime,
    find_zone,
    format_rfc3339,
    in_zone,
    instant,
    kept,
    parse_rfc3339,
)
from tercel.language.values import limited_text, whole

FAMILY = Family("Time")

_MICROSECONDS_PER_DAY = 86_400_000_000
_UNITS_MAX = 10**12
_HALF_DAY = timedelta(hours=12)


@FAMILY.define(
    "now",
    "",
    TIME,
)
def now(run: Run) -> datetime:
    """The time of the request; the same throughout an evaluation."""
    return run.now


@FAMILY.define(
    "parseTime",
    "text:string layout:string?",
    TIME,
    examples=[
        ('["parseTime", "2026-01-31T12:00:00Z"]', '"2026-01-31T12:00:00Z"'),
        ('["parseTime", "31.01.2026 12:30", "DD.MM.YYYY HH:mm"]', '"2026-01-31T12:30:00Z"'),
    ],
    errors="time",
)
def parse(run: Run, text: str, layout: str | None = None) -> datetime:
    """The time that a text writes, in RFC 3339 or in a layout such as `YYYY-MM-DD HH:mm`."""
    return parse_rfc3339(text) if layout is None else kept(parse_time(text, layout, run.zone), run.zone)


@FAMILY.define(
    "formatTime",
    "time:time layout:string?",
    STRING,
    examples=[('["formatTime", "2026-01-31T12:00:00Z", "DD/MM/YYYY"]', '"31/01/2026"')],
    errors="time",
)
def format_(run: Run, time: datetime, layout: str | None = None) -> str:
    """The text of a time, in RFC 3339 or in a layout."""
    if layout is None:
        return format_rfc3339(time, run.zone)
    return limited_text(format_time(in_zone(time, run.zone), layout))


_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600}
_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "years": 12}


def _moved(run: Run, time: datetime, amount: Decimal, unit: str) -> datetime:
    if amount != amount.to_integral_value():
        raise RangeError("a duration is a whole number of units")
    if abs(amount) > _UNITS_MAX:
        raise TimeError("the time lies outside the years 1 to 9999")
    count, local = int(amount), in_zone(time, run.zone)
    if unit in _SECONDS:
        return kept(add_seconds(local, count * _SECONDS[unit]), run.zone)
    if unit in _DAYS:
        return kept(add_days(local, count * _DAYS[unit]), run.zone)
    if unit in _MONTHS:
        return kept(add_months(local, count * _MONTHS[unit]), run.zone)
    units = ", ".join(f"`{name}`" for name in (*_SECONDS, *_DAYS, *_MONTHS))
    raise TimeError(f"unknown unit `{unit[:100]}`; use one of {units}")


@FAMILY.define(
    "addDuration",
    "time:time amount:number unit:string",
    TIME,
    examples=[('["addDuration", "2026-01-31T12:00:00Z", 1, "months"]', '"2026-02-28T12:00:00Z"')],
    errors="time range",
)
def add_duration(run: Run, time: datetime, amount: Decimal, unit: str) -> datetime:
    """The time later by so many `seconds`, `minutes`, `hours`, `days`, `weeks`, `months` or `years`."""
    return _moved(run, time, amount, unit)


@FAMILY.define(
    "subDuration",
    "time:time amount:number unit:string",
    TIME,
    examples=[('["subDuration", "2026-03-31T12:00:00Z", 1, "months"]', '"2026-02-28T12:00:00Z"')],
    errors="time range",
)
def sub_duration(run: Run, time: datetime, amount: Decimal, unit: str) -> datetime:
    """The time earlier by so many units, as in `addDuration`."""
    return _moved(run, time, -amount, unit)


@FAMILY.define(
    "addPeriod",
    "time:time period:string",
    TIME,
    examples=[('["addPeriod", "2026-01-15T12:00:00Z", "1M_U"]', '"2026-02-28T23:59:59Z"')],
    errors="time",
)
def add_period_(run: Run, time: datetime, period: str) -> datetime:
    """The time later by a period: a number and `s`, `m`, `h`, `D`, `W`, `M` or `Y`; `_D` then goes back to
    the start of the day, `_U` on to the end of the unit."""
    return kept(add_period(in_zone(time, run.zone), parse_period(period)), run.zone)


@FAMILY.define(
    "after",
    "time:time other:time",
    BOOLEAN,
    examples=[('["after", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]', "true")],
)
def after(_run: Run, time: datetime, other: datetime) -> bool:
    """Whether the first time is later."""
    return instant(time) > instant(other)


@FAMILY.define(
    "before",
    "time:time other:time",
    BOOLEAN,
    examples=[('["before", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]', "false")],
)
def before(_run: Run, time: datetime, other: datetime) -> bool:
    """Whether the first time is earlier."""
    return instant(time) < instant(other)


@FAMILY.define(
    "betweenTimes",
    "time:time low:time high:time",
    BOOLEAN,
    examples=[
        ('["betweenTimes", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"]', "true")
    ],
)
def between_times(_run: Run, time: datetime, low: datetime, high: datetime) -> bool:
    """Whether a time lies strictly between two others."""
    return instant(low) < instant(time) < instant(high)


@FAMILY.define(
    "within",
    "time:time start:time end:time startInclusive:boolean? endInclusive:boolean? wallClock:boolean?",
    BOOLEAN,
    examples=[('["within", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]', "true")],
)
def within(
    _run: Run,
    time: datetime,
    start: datetime,
    end: datetime,
    *flags: bool,
) -> bool:
    """Whether a time lies between two others; without flags the start is included and the end is not. With
    `wallClock` the readings as written are compared and offsets ignored."""
    start_inclusive, end_inclusive, wall_clock = (*flags, *(True, False, False)[len(flags) :])
    read: Callable[[datetime], Any] = (lambda value: value.replace(tzinfo=None)) if wall_clock else instant
    value, low, high = read(time), read(start), read(end)
    starts = low <= value if start_inclusive else low < value
    ends = value <= high if end_inclusive else value < high
    return bool(starts and ends)


def _days(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(microseconds=1)) / _MICROSECONDS_PER_DAY


@FAMILY.define(
    "daysBetween",
    "from:time to:time",
    NUMBER,
    examples=[('["daysBetween", "2026-01-01T00:00:00Z", "2026-01-02T12:00:00Z"]', "1.5")],
)
def days_between(_run: Run, start: datetime, end: datetime) -> Decimal:
    """The days from the first time to the second, with fractions."""
    return _days(instant(end) - instant(start))


@FAMILY.define(
    "days",
    "time:time",
    NUMBER,
)
def days(run: Run, time: datetime) -> Decimal:
    """The days from now to the time: negative for the past."""
    return _days(instant(time) - instant(run.now))


def _define_reading(name: str, doc: str, result: str, read: Callable[[datetime], int]) -> None:
    @FAMILY.define(
        name,
        "time:time",
        NUMBER,
        doc=doc,
        examples=[(f'["{name}", "2026-01-31T12:05:00Z"]', result)],
        errors="time",
    )
    def reading(run: Run, time: datetime) -> Decimal:
        return Decimal(read(in_zone(time, run.zone)))


_define_reading("hour", "The hour, 0 to 23.", "12", lambda time: time.hour)
_define_reading("minute", "The minute, 0 to 59.", "5", lambda time: time.minute)
_define_reading(
    "weekday", "The day of the week, 0 for Sunday to 6 for Saturday.", "6", lambda time: time.isoweekday() % 7
)
_define_reading("monthDay", "The day of the month, 1 to 31.", "31", lambda time: time.day)
_define_reading("month", "The month, 1 to 12.", "1", lambda time: time.month)
_define_reading("year", "The year.", "2026", lambda time: time.year)


@FAMILY.define(
    "date",
    "time:time",
    STRING,
    examples=[('["date", "2026-01-31T12:05:00Z"]', '"2026-01-31"')],
    errors="time",
)
def date_(run: Run, time: datetime) -> str:
    """The date as `YYYY-MM-DD`."""
    return in_zone(time, run.zone).date().isoformat()


@FAMILY.define(
    "matchTime",
    "time:time other:time layout:string",
    BOOLEAN,
    examples=[('["matchTime", "2026-01-31T12:00:00Z", "2026-01-31T18:00:00Z", "YYYY-MM-DD"]', "true")],
    errors="time",
)
def match_time(run: Run, time: datetime, other: datetime, layout: str) -> bool:
    """Whether two times have the same text in a layout."""
    return format_time(in_zone(time, run.zone), layout) == format_time(in_zone(other, run.zone), layout)


@FAMILY.define(
    "timeOfDayBetween",
    "time:time from:string to:string",
    BOOLEAN,
    examples=[('["timeOfDayBetween", "2026-01-31T23:30:00Z", "22:00", "02:00"]', "true")],
    errors="time",
)
def time_of_day_between(run: Run, time: datetime, start: str, end: str) -> bool:
    """Whether the clock reads between two readings `HH:MM`, the start included, the end not; over midnight
    if the end is earlier."""
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
    if value is None or value > 2 * _HALF_DAY or int(minutes) > 59:
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
    """The start of the time's day."""
    return kept(start_of_day(in_zone(time, run.zone)), run.zone)


@FAMILY.define(
    "endOfDay",
    "time:time",
    TIME,
    examples=[('["endOfDay", "2026-01-31T12:05:00Z"]', '"2026-01-31T23:59:59Z"')],
    errors="time",
)
def end_of_day_(run: Run, time: datetime) -> datetime:
    """The last second of the time's day."""
    return kept(end_of_day(in_zone(time, run.zone)), run.zone)


@FAMILY.define(
    "anniversaryWithin",
    "time:time daysBefore:number daysAfter:number reference:time?",
    BOOLEAN,
    examples=[('["anniversaryWithin", "1990-02-03T00:00:00Z", 3, 0, "2026-01-31T12:00:00Z"]', "true")],
    errors="time",
)
def anniversary_within(
    run: Run, time: datetime, days_before: Decimal, days_after: Decimal, reference: datetime | None = None
) -> bool:
    """Whether an anniversary of the time lies at most so many days before or after today, or the
    reference: the reference may be up to `daysBefore` days before the anniversary and up to `daysAfter`
    days after it. 29 February counts as 1 March in other years."""
    today = in_zone(run.now if reference is None else reference, run.zone).date()
    origin = in_zone(time, run.zone).date()
    low, high = -whole(days_before), whole(days_after)
    years = (year for year in (today.year - 1, today.year, today.year + 1) if 1 <= year <= 9999)
    return any(low <= (today - _anniversary(origin, year)).days <= high for year in years)


def _anniversary(origin: date, year: int) -> date:
    if (origin.month, origin.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return origin.replace(year=year)


@FAMILY.define(
    "inTimezone",
    "time:time zone:string",
    TIME,
    examples=[('["hour", ["inTimezone", "2026-01-31T12:00:00Z", "Asia/Tokyo"]]', "21")],
    errors="time",
)
def in_timezone(_run: Run, time: datetime, zone: str) -> datetime:
    """The same instant in another zone; readings and texts of the result use that zone."""
    plain = time.replace(tzinfo=timezone(time.utcoffset() or timedelta()))
    moved = in_zone(plain if not isinstance(plain, ZonedTime) else _plain(plain), find_zone(zone))
    return ZonedTime.of(moved)


def _plain(value: datetime) -> datetime:
    return datetime.combine(value.date(), value.timetz())
