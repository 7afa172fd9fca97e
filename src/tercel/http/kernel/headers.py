"""The few headers that are read from a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from tercel.base.errors import InvalidError
from tercel.base.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from tercel.features.common.caller import Caller
from tercel.http.kernel.services import Services

_CLOCK_HEADER = b"x-tercel-now"
_JSON_TYPES = ("application/json", "text/json")
_HOST = re.compile(rb"[0-9A-Za-z!$&'()*+,;=\-._~:\[\]@%]*")
Headers = Mapping[bytes, bytes]
"""The headers of a request by their lower-case names; of several with one name the first."""


def by_name(headers: list[tuple[bytes, bytes]]) -> Headers:
    """Return the headers by name, for all code that reads them; of repeated headers the first counts."""
    return dict(reversed(headers))


def header(headers: Headers, name: bytes) -> str:
    """Return the header of this lower-case name; empty when there is none."""
    return headers.get(name, b"").decode("latin-1")


def is_valid_host(headers: Headers, version: str) -> bool:
    """Tell whether the Host header has only characters that a host may have. Only HTTP/1.0 may leave it out (RFC
    9112)."""
    host = headers.get(b"host", b"" if version == "1.0" else None)
    return host is not None and _HOST.fullmatch(host) is not None


def check_content_type(headers: Headers) -> None:
    """Bodies are JSON; a request may leave that unsaid.

    Only where no key is needed: pages of others cannot send a key, but they can send forms and texts without asking.

    Raises:
        InvalidError: the content type is another one.
    """
    given = header(headers, b"content-type")
    if given in _JSON_TYPES:
        return
    given = given.partition(";")[0].strip().lower()
    if given and given not in _JSON_TYPES:
        details = f"the content type must be `application/json`, not `{given}`"
        raise InvalidError.parameter("Content-Type", "format", details)


def idempotency_key(headers: Headers) -> str | None:
    """Return the Idempotency-Key, if one was sent.

    Raises:
        InvalidError: it is too long.
    """
    key = header(headers, b"idempotency-key")
    if len(key) > IDEMPOTENCY_KEY_LENGTH_MAX:
        details = f"Idempotency-Key must have at most {IDEMPOTENCY_KEY_LENGTH_MAX} characters"
        raise InvalidError.parameter("Idempotency-Key", "maxLength", details)
    return key or None


def now_for(headers: Headers, caller: Caller, services: Services) -> datetime:
    """Return the engine's clock for one request: the trusted header, else now; a testing key adds its offset.

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
