"""Kinds, truth, equality, order and text of run-time values (behaviour/language 3, 7, 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from tercel.base.limits import LIST_LENGTH_MAX, STRING_LENGTH_MAX
from tercel.language.errors import RangeError, TypeMismatchError
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import Kind, Location
from tercel.language.values.times import format_rfc3339, instant, parse_rfc3339

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")

_KINDS: dict[type, Kind] = {
    Decimal: Kind.NUMBER,
    str: Kind.STRING,
    bool: Kind.BOOLEAN,
    datetime: Kind.TIME,
    Location: Kind.LOCATION,
    list: Kind.LIST,
    dict: Kind.MAP,
    type(None): Kind.NULL,
}


def kind_of_value(value: Any) -> Kind:
    """Return the kind of a run-time value."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, Entity):
        return Kind.ENTITY
    for python_type in (list, dict, datetime):
        if isinstance(value, python_type):
            return _KINDS[python_type]
    raise TypeMismatchError(f"not a value of the language: `{type(value).__name__}`")


def truth(value: Any) -> bool:
    """Return the truth of a value in ``and`` and ``or``: booleans are themselves, lists and maps true.

    Raises:
        TypeMismatchError: the value is neither.
    """
    if value is True or value is False:
        return bool(value)
    if isinstance(value, list | dict):
        return True
    raise TypeMismatchError(f"a condition gave a {kind_of_value(value)}, not a boolean")


def plain_decimal(text: str) -> Decimal | None:
    """Return the number that a text such as ``-2.50`` writes; None for anything else, an exponent included."""
    return Decimal(text) if _PLAIN_DECIMAL.match(text) else None


def are_equal_atoms(left: Any, right: Any) -> bool:
    """Equality of behaviour/language 8 between two values that are not both lists or both maps.

    Raises:
        TimeError: a text beside a time is no time.
    """
    if type(left) is type(right) and type(left) in {Decimal, str, bool}:
        return bool(left == right)
    if isinstance(left, str):
        return _text_equals(left, right)
    if isinstance(right, str):
        return _text_equals(right, left)
    if left is right:
        return True
    left_kind = kind_of_value(left)
    if left_kind is not kind_of_value(right):
        return False
    if left_kind is Kind.TIME:
        return instant(left) == instant(right)
    if left_kind is Kind.ENTITY:
        return left is right
    return bool(left == right)


def _text_equals(text: str, other: Any) -> bool:
    if isinstance(other, str):
        return text == other
    if isinstance(other, Decimal):
        return plain_decimal(text) == other
    if isinstance(other, bool):
        return text == ("true" if other else "false")
    if isinstance(other, datetime):
        return instant(parse_rfc3339(text)) == instant(other)
    return False


def comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values as a pair that Python's ``<`` orders: two numbers, or two times of which one may be a text.

    Raises:
        TypeMismatchError: the kinds have no order.
        TimeError: a text beside a time is no time.
    """
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left, right
    if isinstance(left, datetime) and isinstance(right, datetime | str):
        return instant(left), instant(as_time(right))
    if isinstance(left, str) and isinstance(right, datetime):
        return instant(as_time(left)), instant(right)
    raise TypeMismatchError(
        f"cannot compare a {kind_of_value(left)} with a {kind_of_value(right)}; compare numbers or times"
    )


def as_time(value: Any) -> datetime:
    """Return a time as it is, or the time that an RFC 3339 text writes.

    Raises:
        TypeMismatchError: neither a time nor a text.
        TimeError: the text is no time.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return parse_rfc3339(value)
    raise TypeMismatchError(f"expected a time, got a {kind_of_value(value)}")


def to_text(value: Any, zone: tzinfo) -> str:
    """Return the text of an atom: a plain decimal, ``true`` or ``false``, RFC 3339 in the zone.

    Raises:
        TypeMismatchError: lists, maps, entities, locations and null have no text.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return format_rfc3339(value, zone)
    raise TypeMismatchError(f"a {kind_of_value(value)} has no text; give a number, string, boolean or time")


def decimal_text(value: Decimal) -> str:
    """Write a number without exponent and without trailing zeros.

    >>> decimal_text(Decimal("2.50")), decimal_text(Decimal("1E+3")), decimal_text(Decimal("-0"))
    ('2.5', '1000', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def limited_text(text: str) -> str:
    """Return the text, if it is not too long.

    Raises:
        RangeError: longer than the limit of behaviour/language 13.
    """
    require_length(len(text), STRING_LENGTH_MAX, "text")
    return text


def require_length(length: int, maximum: int, what: str) -> None:
    """Refuse a result before it is made.

    Raises:
        RangeError: longer than the limit of behaviour/language 13.
    """
    if length > maximum:
        raise RangeError(f"the {what} is longer than {maximum}")


def limited_list(elements: list[Any]) -> list[Any]:
    """Return the list, if it is not too long.

    Raises:
        RangeError: longer than the limit of behaviour/language 13.
    """
    require_length(len(elements), LIST_LENGTH_MAX, "list")
    return elements


def whole(value: Decimal, limit: int = 10**9) -> int:
    """Return a number without its fraction, as an index or a count; beyond the limit it is the limit."""
    if abs(value) >= limit:
        return limit if value > 0 else -limit
    return int(value)


def describe(kinds: Iterable[Kind]) -> str:
    """Kinds for a message, such as ``number or time``."""
    return " or ".join(sorted(kinds))


def expect(kinds: frozenset[Kind], name: str) -> Callable[[Any], Any]:
    """Return a function that passes values of the kinds and refuses others; where a time is taken, an RFC 3339 text
    becomes one.

    Raises:
        TypeMismatchError: (the returned function) the value is of another kind.
    """
    takes_times = Kind.TIME in kinds and Kind.STRING not in kinds

    def check(value: Any) -> Any:
        kind = kind_of_value(value)
        if kind in kinds:
            return value
        if takes_times and kind is Kind.STRING:
            return parse_rfc3339(value)
        raise TypeMismatchError(f"`{name}` takes a {describe(kinds)}, got a {kind}")

    return check


def parse_location(value: Any) -> Location | None:
    """Return a location from ``{lat, lon}``, ``{latitude, longitude}`` or ``[lon, lat]``; None if it is none of these
    or off the globe."""
    match value:
        case {"lat": latitude, "lon": longitude} | {"latitude": latitude, "longitude": longitude}:
            pass
        case [longitude, latitude]:
            pass
        case _:
            return None
    if not all(
        isinstance(part, int | Decimal) and not isinstance(part, bool) for part in (latitude, longitude)
    ):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(Decimal(latitude), Decimal(longitude))
