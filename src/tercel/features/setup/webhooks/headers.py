"""Headers of webhooks: texts such as ``Name: value``, or an object with one pair (behaviour/definitions 5)."""

from __future__ import annotations

import re

import msgspec

from tercel.base.codec import decode_any

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def read_header(text: str) -> tuple[str, str] | None:
    """Name and value of a header; None when the text is neither form, or no header can have them."""
    name, value = _pair(text) or ("", "")
    if not _NAME.fullmatch(name) or not (value.isascii() and value.isprintable()):
        return None
    return name, value


def _pair(text: str) -> tuple[str, str] | None:
    if not text.lstrip().startswith("{"):
        name, separator, value = text.partition(":")
        return (name.strip(), value.strip()) if separator else None
    try:
        found = decode_any(text)
    except msgspec.DecodeError:
        return None
    pairs = list(found.items()) if isinstance(found, dict) else []
    return pairs[0] if len(pairs) == 1 and isinstance(pairs[0][1], str) else None
