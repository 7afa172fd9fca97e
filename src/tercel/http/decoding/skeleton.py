"""How many values a JSON text has and how deep they lie, counted by its brackets and commas before anything is
decoded.

Decoding a value costs many times its bytes, so both are bounded first. Everything here is a few passes over the bytes
whose time is in proportion to their number, whatever they are: of a text that is no JSON only the part before the
fault counts, because the decoder stops there.
"""

from __future__ import annotations

from itertools import accumulate

from tercel.base.errors import InvalidError
from tercel.base.limits import JSON_DEPTH_MAX, JSON_VALUES_MAX

_STRUCTURE = b'"[]{},:'
_TEXT = bytes(set(range(256)) - set(_STRUCTURE))
_SEPARATORS = b",:"
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
#: Each value is at most two texts, its name and itself, with two quotes each.
_QUOTES_MAX = 4 * JSON_VALUES_MAX
Bytes = bytes | bytearray


def count_values(raw: Bytes) -> int:
    """At least as many as the values of a text, but for the first: its commas and opening brackets, in texts too."""
    return _openings(raw) + raw.count(b",")


def check_skeleton(raw: Bytes) -> None:
    """Refuse a text with more than ``JSON_VALUES_MAX`` values or more than ``JSON_DEPTH_MAX`` levels of them.

    Raises:
        InvalidError: the text has too many values or levels.
    """
    if _openings(raw) <= JSON_DEPTH_MAX and count_values(raw) <= JSON_VALUES_MAX:
        return
    structure = _outside_texts(raw)
    if structure is None or count_values(structure) > JSON_VALUES_MAX:
        details = f"the body must have at most {JSON_VALUES_MAX} values: its commas and opening brackets"
        raise InvalidError.at("", "maxItems", details)
    # Because: where there are more closing brackets than opening ones, the text is no JSON.
    brackets = structure.translate(None, _SEPARATORS)[: 2 * JSON_VALUES_MAX]
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > JSON_DEPTH_MAX:
        details = f"the body must be nested at most {JSON_DEPTH_MAX} levels deep"
        raise InvalidError.at("", "maxDepth", details)


def _openings(raw: Bytes) -> int:
    return raw.count(b"[") + raw.count(b"{")


def _outside_texts(raw: Bytes) -> Bytes | None:
    """Return the brackets, commas and colons outside of texts; None when too many texts hold such signs."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(
            b'\\"', b""
        )  # what is left of the quotes begins or ends a text
    # Because: between two texts stands a comma or a colon, so two quotes side by side are a text without such signs.
    skeleton = raw.translate(None, _TEXT).replace(b'""', b"")
    if skeleton.count(b'"') > _QUOTES_MAX:
        return None
    return b"".join(skeleton.split(b'"')[::2])
