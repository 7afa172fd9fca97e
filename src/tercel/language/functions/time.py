"""Times: writing, moving and comparing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tercel.language.catalogue.catalogue import Family
from tercel.language.errors import RangeError, TimeError
from tercel.language.running.run import Run
from tercel.language.values.costs import STEPS_PER_UNKNOWN_ZONE, steps_of_layout
from tercel.language.values.kinds import (
    BOOLEAN,
    NUMBER,
    STRING,
    TIME,
)
from tercel.language.values.layouts import (
    format_time,
    parse_time,
    require_layout,
    require_readable,
)
from tercel.language.values.periods import (
    add_days,
    add_months,
    add_period,
    add_seconds,
    parse_period,
)
from tercel.language.values.times import (
    find_zone,
    format_rfc3339,
    in_zone,
    instant,
    kept,
    moved_to,
    parse_rfc3339,
)
from tercel.language.values.values import limited_text

FAMILY = Family("Time")

_MICROSECONDS_PER_DAY = 86_400_000_000
_UNITS_MAX = 10**12


@FAMILY.define(
    "now",
    "",
    TIME,
    phrases="now",
)
def now(run: Run) -> datetime:
    """Return the time of the request; the same throughout an evaluation."""
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
    literals={"layout": require_readable},
)
def parse(run: Run, text: str, layout: str | None = None) -> datetime:
    """Return the time that a text writes, in RFC 3339 or in a layout such as `YYYY-MM-DD HH:mm`, in which each letter
    occurs once."""
    run.spend(steps_of_layout(layout or ""))
    return parse_rfc3339(text) if layout is None else kept(parse_time(text, layout, run.zone), run.zone)


@FAMILY.define(
    "formatTime",
    "time:time layout:string?",
    STRING,
    examples=[('["formatTime", "2026-01-31T12:00:00Z", "DD/MM/YYYY"]', '"31/01/2026"')],
    errors="time",
    literals={"layout": require_layout},
)
def format_(run: Run, time: datetime, layout: str | None = None) -> str:
    """Return the text of a time, in RFC 3339 or in a layout."""
    if layout is None:
        return format_rfc3339(time, run.zone)
    run.spend(steps_of_layout(layout))
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
    phrases="{1} {2} after {0}",
)
def add_duration(run: Run, time: datetime, amount: Decimal, unit: str) -> datetime:
    """Return the time later by an amount of `seconds`, `minutes`, `hours`, `days`, `weeks`, `months` or `years`."""
    return _moved(run, time, amount, unit)


@FAMILY.define(
    "subDuration",
    "time:time amount:number unit:string",
    TIME,
    examples=[('["subDuration", "2026-03-31T12:00:00Z", 1, "months"]', '"2026-02-28T12:00:00Z"')],
    errors="time range",
    phrases="{1} {2} before {0}",
)
def sub_duration(run: Run, time: datetime, amount: Decimal, unit: str) -> datetime:
    """Return the time earlier by an amount of a unit, as in `addDuration`."""
    return _moved(run, time, -amount, unit)


@FAMILY.define(
    "addPeriod",
    "time:time period:string",
    TIME,
    examples=[('["addPeriod", "2026-01-15T12:00:00Z", "1M_U"]', '"2026-02-28T23:59:59Z"')],
    errors="time",
    phrases="{1} after {0}",
    literals={"period": parse_period},
)
def add_period_(run: Run, time: datetime, period: str) -> datetime:
    """Return the time later by a period: a number and `s`, `m`, `h`, `D`, `W`, `M` or `Y`; `_D` then goes back to the
    start of the day, `_U` on to the end of the unit."""
    return kept(add_period(in_zone(time, run.zone), parse_period(period)), run.zone)


@FAMILY.define(
    "after",
    "time:time other:time",
    BOOLEAN,
    examples=[('["after", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]', "true")],
    phrases="{0} is after {1}|{0} is not after {1}",
    blocks="checkAttribute attribute:path value:value operator=after",
)
def after(_run: Run, time: datetime, other: datetime) -> bool:
    """Tell whether the first time is later."""
    return instant(time) > instant(other)


@FAMILY.define(
    "before",
    "time:time other:time",
    BOOLEAN,
    examples=[('["before", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]', "false")],
    phrases="{0} is before {1}|{0} is not before {1}",
    blocks="checkAttribute attribute:path value:value operator=before",
)
def before(_run: Run, time: datetime, other: datetime) -> bool:
    """Tell whether the first time is earlier."""
    return instant(time) < instant(other)


@FAMILY.define(
    "betweenTimes",
    "time:time low:time high:time",
    BOOLEAN,
    examples=[
        ('["betweenTimes", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"]', "true")
    ],
    phrases="{0} is between {1} and {2}, both excluded",
)
def between_times(_run: Run, time: datetime, low: datetime, high: datetime) -> bool:
    """Tell whether a time lies strictly between two others."""
    return instant(low) < instant(time) < instant(high)


@FAMILY.define(
    "within",
    "time:time start:time end:time startInclusive:boolean? endInclusive:boolean? wallClock:boolean?",
    BOOLEAN,
    examples=[('["within", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]', "true")],
    phrases="{0} is within {1} and {2}|{0} is not within {1} and {2}",
    blocks=(
        "checkAttribute attribute:path start:value end:value startInclusive:flag?true endInclusive:flag?false "
        "timezoneInsensitive:flag?false operator=within|not(within)"
    ),
)
def within(
    _run: Run,
    time: datetime,
    start: datetime,
    end: datetime,
    *flags: bool,
) -> bool:
    """Tell whether a time lies between two others; without flags the start is included and the end is not. With
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
    """Return the days from the first time to the second, with fractions."""
    return _days(instant(end) - instant(start))


@FAMILY.define(
    "days",
    "time:time",
    NUMBER,
)
def days(run: Run, time: datetime) -> Decimal:
    """Return the days from now to the time: negative for the past."""
    return _days(instant(time) - instant(run.now))


@FAMILY.define(
    "inTimezone",
    "time:time zone:string",
    TIME,
    examples=[('["hour", ["inTimezone", "2026-01-31T12:00:00Z", "Asia/Tokyo"]]', "21")],
    errors="time",
)
def in_timezone(run: Run, time: datetime, zone: str) -> datetime:
    """Return the same instant in another zone; readings and texts of the result use that zone."""
    try:
        found = find_zone(zone)
    except TimeError:
        run.spend(STEPS_PER_UNKNOWN_ZONE)
        raise
    return moved_to(time, found)
