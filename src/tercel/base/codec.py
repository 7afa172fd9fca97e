"""JSON in and out: numbers are Decimal on both ways, times are RFC 3339 in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

#: Amounts leave as JSON numbers, times in UTC with a ``Z``.
ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=None)
_INT_DIGITS_MAX = 4_000


def exact(number: str) -> Decimal:
    """Return a number with a fraction or an exponent, as exact as it is written: the ``float_hook`` of every decoder.

    Raises:
        ValueError: no Decimal can have its exponent; decoders make that a ``msgspec.ValidationError`` with the place.
    """
    try:
        return Decimal(number)
    except InvalidOperation:
        raise ValueError("Number out of range") from None


def _whole(number: str) -> int | Decimal:
    """Return a whole number; one with thousands of digits as Decimal, because Python reads those as int far too
    slowly."""
    return int(number) if len(number) <= _INT_DIGITS_MAX else Decimal(number)


_ANY_DECODER = msgspec.json.Decoder(Any, float_hook=exact)


def decode_any(data: bytes | bytearray | str) -> Any:
    """Decode JSON of any shape; numbers with a fraction or exponent become Decimal, whole ones int.

    Raises:
        msgspec.DecodeError: it is no JSON, is nested too deeply, or has a number that nothing can hold.
    """
    try:
        return _ANY_DECODER.decode(data)
    except msgspec.ValidationError:  # of a number, since anything else is allowed
        return _decode_long(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None


def _decode_long(data: bytes | bytearray | str) -> Any:
    """Decode JSON whose whole numbers may have more digits than msgspec reads."""
    try:
        return json.loads(data, parse_int=_whole, parse_float=exact)
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None


def encode(value: Any) -> bytes:
    """Encode to JSON bytes; a Decimal becomes a number, a datetime RFC 3339 text."""
    return ENCODER.encode(value)


def wire_time(value: datetime) -> str:
    """RFC 3339 in UTC, with microseconds only when there are any.

    >>> wire_time(datetime(2026, 1, 5, 10, tzinfo=UTC))
    '2026-01-05T10:00:00Z'
    """
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
