"""JSON in and out: numbers are Decimal on both ways, times are RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

#: Amounts leave as JSON numbers, times in UTC with a ``Z``.
ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=None)

_ANY_DECODER = msgspec.json.Decoder(Any, float_hook=Decimal)


def decode_any(data: bytes | str) -> Any:
    """Decode JSON of any shape; numbers with a fraction or exponent become Decimal, whole ones int."""
    return _ANY_DECODER.decode(data)


def encode(value: Any) -> bytes:
    """Encode to JSON bytes; a Decimal becomes a number, a datetime RFC 3339 text."""
    return ENCODER.encode(value)


def wire_time(value: datetime) -> str:
    """RFC 3339 in UTC, with microseconds only when there are any.

    >>> wire_time(datetime(2026, 1, 5, 10, tzinfo=UTC))
    '2026-01-05T10:00:00Z'
    """
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
