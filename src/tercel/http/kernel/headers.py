"""The few headers that are read from a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from tercel.base.errors import InvalidError
from tercel.base.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from tercel.features.common.caller import Caller
from tercel.http.kernel.services import Services

_CLOCK_HEADER = b"x-tercel-now"
_JSON_TYPES = ("application/json", "text/json")


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The first header of this lower-case name; empty when there is none."""
    for known, value in headers:
        if known == name:
            return value.decode("latin-1")
    return ""


def check_content_type(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Bodies are JSON; a request may leave that unsaid.

    Raises:
        InvalidError: the content type is another one.
    """
    given = header(headers, b"content-type").partition(";")[0].strip().lower()
    if given and given not in _JSON_TYPES:
        details = f"the content type must be `application/json`, not `{given}`"
        raise InvalidError.parameter("Content-Type", "format", details)


def idempotency_key(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The Idempotency-Key, if one was sent.

    Raises:
        InvalidError: it is too long.
    """
    key = header(headers, b"idempotency-key")
    if len(key) > IDEMPOTENCY_KEY_LENGTH_MAX:
        details = f"Idempotency-Key must have at most {IDEMPOTENCY_KEY_LENGTH_MAX} characters"
        raise InvalidError.parameter("Idempotency-Key", "maxLength", details)
    return key or None


def now_for(headers: Iterable[tuple[bytes, bytes]], caller: Caller, services: Services) -> datetime:
    """The engine's clock for one request: the trusted header, else now; a testing key adds its offset.

    Raises:
        InvalidError: the trusted header is no instant.
    """
    now = services.clock()
    if services.settings.trust_clock_header and (given := header(headers, _CLOCK_HEADER)):
        now = _instant(given)
    if caller.time_offset_ns:
        now += timedelta(microseconds=caller.time_offset_ns // 1_000)
    return now


def _instant(text: str) -> datetime:
    try:
        instant = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidError.parameter(
            "X-Tercel-Now", "format", "X-Tercel-Now must be an RFC 3339 time with an offset"
        )
    return instant.astimezone(UTC)
