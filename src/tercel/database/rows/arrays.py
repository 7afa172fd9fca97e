"""Arrays as parameters, in the binary form that PostgreSQL reads without looking at a character.

A statement takes a row's columns as one array each and puts them together with ``unnest``. What is only kept, documents above all, is
not taken apart on its way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from struct import Struct

_INT8, _TEXT, _TIMESTAMPTZ = 20, 25, 1184
_HEAD = Struct(
    "!IIIII"
).pack  # dimensions, whether an element is null, type of elements, how many, index of the first
_LENGTH = Struct("!i").pack
_NUMBER = Struct("!iq").pack
_NULL = _LENGTH(-1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Binary(bytes):
    """A parameter in binary form."""

    __slots__ = ()


def bigints(values: Iterable[int | None]) -> Binary:
    """Return a ``bigint[]``."""
    return _array(_INT8, [_NULL if value is None else _NUMBER(8, value) for value in values])


def moments(values: Iterable[datetime | None]) -> Binary:
    """Return a ``timestamptz[]``."""
    return _array(
        _TIMESTAMPTZ,
        [_NULL if value is None else _NUMBER(8, (value - _EPOCH) // _MICROSECOND) for value in values],
    )


def texts(values: Iterable[str | bytes | None]) -> Binary:
    """Return a ``text[]``."""
    return _array(_TEXT, [_NULL if value is None else _text(value) for value in values])


def _text(value: str | bytes) -> bytes:
    encoded = value.encode() if isinstance(value, str) else value
    return _LENGTH(len(encoded)) + encoded


def _array(kind: int, elements: list[bytes]) -> Binary:
    return Binary(b"".join((_HEAD(1, 1, kind, len(elements), 1), *elements)))
