"""Layouts of times in the manner of Joda: ``YYYY-MM-DD HH:mm:ss`` (behaviour/language 10).

Letters: ``Y`` and ``y`` year, ``M`` month (``MMM`` short and ``MMMM`` full English name), ``D`` and ``d`` day of the
month, ``E`` weekday (``EEEE`` full name), ``H`` hour, ``h`` hour of the half-day, ``a`` AM or PM, ``m`` minute, ``s``
second, ``S`` fraction of a second, ``Z`` offset. Text in single quotes and everything that is no letter stands for
itself. To read a time, each of year, month, day … may stand in the layout once; to write one, it may be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

from tercel.base.limits import LAYOUT_LENGTH_MAX, STRING_LENGTH_MAX
from tercel.language.errors import TimeError

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TOKENS = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


class _Part(NamedTuple):
    """A run of one letter, or literal text."""

    letter: str
    text: str


@lru_cache(maxsize=1_024)
def _parts(layout: str) -> tuple[_Part, ...]:
    if len(layout) > LAYOUT_LENGTH_MAX:
        raise TimeError(f"a layout has at most {LAYOUT_LENGTH_MAX} characters")
    parts, position = [], 0
    while position < len(layout):
        match = _TOKENS.match(layout, position)
        if match is None:
            raise TimeError(f"`{layout}` is no layout: a quote is not closed")
        position = match.end()
        quoted, letter = match[1], match[2] or ""
        if letter and letter not in _FORMATS:
            raise TimeError(f"`{layout}` is no layout: unknown letter `{letter}`")
        text = match[0] if quoted is None else quoted.replace("''", "'") or "'"
        parts.append(_Part(letter, text))
    return tuple(parts)


def require_layout(layout: str) -> None:
    """Refuse what no time can be written in.

    Raises:
        TimeError: the layout has unknown letters, a quote that is not closed, or is too long.
    """
    _parts(layout)


def require_readable(layout: str) -> None:
    """Refuse what no time can be read in.

    Raises:
        TimeError: as `require_layout`, or a part of the time stands in the layout twice.
    """
    _pattern(layout)


def format_time(value: datetime, layout: str) -> str:
    """Return the text of a time, read in its own zone.

    Raises:
        TimeError: the layout has unknown letters.
    """
    return "".join(
        _FORMATS[part.letter](value, len(part.text)) if part.letter else part.text for part in _parts(layout)
    )


def _padded(number: int, width: int) -> str:
    return str(number).rjust(width, "0")


def _year(value: datetime, width: int) -> str:
    return _padded(value.year % 100, 2) if width == 2 else _padded(value.year, max(width, 4))


def _month(value: datetime, width: int) -> str:
    if width < 3:
        return _padded(value.month, width)
    name = _MONTHS[value.month - 1]
    return name if width > 3 else name[:3]


def _weekday(value: datetime, width: int) -> str:
    name = _DAYS[value.weekday()]
    return name if width > 3 else name[:3]


def _offset(value: datetime, width: int) -> str:
    offset = value.utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{sign}{hours:02}{':' if width > 1 else ''}{minutes:02}"


def _day(value: datetime, width: int) -> str:
    return _padded(value.day, width)


_FORMATS: dict[str, Callable[[datetime, int], str]] = {
    "Y": _year,
    "y": _year,
    "M": _month,
    "D": _day,
    "d": _day,
    "E": _weekday,
    "H": lambda value, width: _padded(value.hour, width),
    "h": lambda value, width: _padded(value.hour % 12 or 12, width),
    "a": lambda value, _: "AM" if value.hour < 12 else "PM",
    "m": lambda value, width: _padded(value.minute, width),
    "s": lambda value, width: _padded(value.second, width),
    "S": lambda value, width: f"{value.microsecond:06}".ljust(width, "0")[:width],
    "Z": _offset,
}


def parse_time(text: str, layout: str, zone: tzinfo) -> datetime:
    """Return the time that a text writes in a layout; without an offset it is a reading of the zone, without a date
    the day 0001-01-01.

    Raises:
        TimeError: the text does not fit, or the layout has unknown letters.
    """
    match = _pattern(layout).match(text) if len(text) <= STRING_LENGTH_MAX else None
    if match is None:
        raise TimeError(f"`{text[:100]}` does not fit the layout `{layout}`")
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    try:
        return _assemble(found, zone)
    except ValueError as error:
        raise TimeError(f"`{text[:100]}` is no time: {error}") from None


def _assemble(found: dict[str, str], zone: tzinfo) -> datetime:
    hour = int(found.get("H", 0))
    if "h" in found:
        hour = int(found["h"]) % 12 + (12 if found.get("a", "").upper() == "PM" else 0)
    offset = found.get("Z")
    year = int(found.get("Y", 1))
    return datetime(
        2000 + year if len(found.get("Y", "0001")) == 2 else year,
        _month_number(found.get("M", "1")),
        int(found.get("D", 1)),
        hour,
        int(found.get("m", 0)),
        int(found.get("s", 0)),
        int(found.get("S", "0")[:6].ljust(6, "0")),
        tzinfo=zone if offset is None else _zone_of(offset),
    )


def _month_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(index for index, name in enumerate(_MONTHS, 1) if name.lower().startswith(text.lower()))


def _zone_of(text: str) -> tzinfo:
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


_NAMES = "|".join(dict.fromkeys([*_MONTHS, *(name[:3] for name in _MONTHS)]))
_WEEKDAYS = "|".join(dict.fromkeys([*_DAYS, *(name[:3] for name in _DAYS)]))


@lru_cache(maxsize=1_024)
def _pattern(layout: str) -> re.Pattern[str]:
    """Return the regular expression that texts in a layout match.

    Because: each letter stands once and takes one of a few lengths, a text that does not fit is known not to fit after a few
    tries, however long the layout is.
    """
    seen: set[str] = set()
    pieces = []
    for letter, text in _parts(layout):
        if not letter:
            pieces.append(re.escape(text))
            continue
        name = {"y": "Y", "d": "D"}.get(letter, letter)
        if name in seen:
            raise TimeError(
                f"no time can be read in the layout `{layout}`: it has the letter `{letter}` twice"
            )
        seen.add(name)
        pieces.append(f"(?P<{name}>{_expression(name, len(text))})")
    return re.compile("".join(pieces) + r"\Z", re.IGNORECASE | re.ASCII)


def _expression(letter: str, width: int) -> str:
    if letter == "Y":
        return r"\d{2}" if width == 2 else r"\d{4}"
    if letter == "M" and width >= 3:
        return _NAMES
    if letter == "E":
        return _WEEKDAYS
    if letter == "a":
        return "AM|PM"
    if letter == "Z":
        return r"Z|[+-]\d{2}:?\d{2}"
    if letter == "S":
        return rf"\d{{{width}}}"
    return r"\d{1,2}" if width == 1 else rf"\d{{{width}}}"
