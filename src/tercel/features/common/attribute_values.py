"""Values of custom attributes: from what JSON says to what the rule language computes with.

The attribute types of the API are those of behaviour/definitions 1. A location may be written in any of the shapes that
``tercel.language.values.values.parse_location`` reads.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from tercel.language.errors import TimeError
from tercel.language.values.times import parse_rfc3339
from tercel.language.values.values import parse_location

AttributeType = Literal[
    "string",
    "number",
    "boolean",
    "time",
    "location",
    "(list string)",
    "(list number)",
    "(list time)",
    "(list location)",
]
ATTRIBUTE_TYPES: tuple[str, ...] = get_args(AttributeType)

#: How messages name a value of each type.
_NAMES = {
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "time": "time such as `2026-01-31T12:00:00Z`",
    "location": 'location such as `{"lat": 52.5, "lon": 13.4}`',
}


class WrongTypeError(ValueError):
    """A value is not of the type of its attribute."""


def element_type(kind: str) -> str:
    """Return the type of the elements of a list type; any other type is returned itself.

    >>> element_type("(list string)"), element_type("time")
    ('string', 'time')
    """
    return kind[len("(list ") : -1] if is_list_type(kind) else kind


def is_list_type(kind: str) -> bool:
    """Tell whether values of the type are lists."""
    return kind.startswith("(list ")


def describe_type(kind: str) -> str:
    """Return the name of a type in messages, such as ``list of string``."""
    name = _NAMES[element_type(kind)]
    return f"list of {name}" if is_list_type(kind) else name


def language_value(kind: str, value: Any) -> Any:
    """Return the language value of a decoded JSON value: numbers Decimal, times aware, places Location.

    Raises:
        WrongTypeError: the value is not of that type.
    """
    convert = _CONVERTERS[element_type(kind)]
    if not is_list_type(kind):
        return convert(value)
    if not isinstance(value, list):
        raise WrongTypeError
    return [convert(element) for element in value]


def guessed_value(value: Any) -> Any:
    """Return the language value of decoded JSON without a declared type: numbers become Decimal, the rest stays."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, list):
        return [guessed_value(element) for element in value]
    return value


def value_of_suggestion(kind: str, text: str) -> Any:
    """Return the value that an entry of a list of suggestions stands for: the text, or the number that it writes.

    Raises:
        WrongTypeError: the type is a number, and the text writes none.
    """
    if element_type(kind) != "number":
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise WrongTypeError from None
    if not number.is_finite():
        raise WrongTypeError
    return number


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongTypeError
    return value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise WrongTypeError
    return Decimal(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongTypeError
    return value


def _time(value: Any) -> Any:
    try:
        return parse_rfc3339(_string(value))
    except TimeError:
        raise WrongTypeError from None


def _location(value: Any) -> Any:
    place = parse_location(value)
    if place is None:
        raise WrongTypeError
    return place


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
    "location": _location,
}
