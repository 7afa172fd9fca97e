"""JSON bodies: bytes into an operation's struct, or a problem that says where.

What is too much to be decoded is refused first (``skeleton``). One typed pass decodes. What msgspec lets pass but we must not
(NUL characters, numbers beyond all bounds, numbers and times in the wrong notation) is looked for precisely only when a cheap
search over the bytes finds a trace of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import inspect

from tercel.base.codec import decode_any, encode, exact
from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import JSON_DEPTH_MAX
from tercel.http.decoding.bounds import is_out_of_range
from tercel.http.decoding.leniency import is_worth_another_look, put_right
from tercel.http.decoding.members import place_of
from tercel.http.decoding.refusals import explain
from tercel.http.decoding.shapes import (
    Check,
    Kind,
    escape,
    find,
    is_naive_time,
    is_off_calendar,
    is_quoted_number,
    names_of,
    shape_of,
)
from tercel.http.decoding.skeleton import Bytes, check_skeleton

#: Bytes by what they may be in a number: digits and points, exponents, signs.
_NUMERALS = bytes.maketrans(b"123456789.E-", b"0000000000e+")
_LONG = b"0" * 19
_NOTHING = re.compile(rb"(?!)")
#: What the decoder converts and must not, with the title and the words of its problem.
_MISFITS: dict[Check, tuple[str, str]] = {
    is_quoted_number: ("type", "must be of type number, not string"),
    is_naive_time: ("format", "must have a time zone offset such as `Z`"),
    is_off_calendar: ("format", "must lie in the years 1 to 9999 in UTC"),
}


class BodyReader:
    """Reads bodies of one type."""

    def __init__(self, kind: Kind) -> None:
        self._shape = shape_of(kind)
        self._place = place_of(kind)
        self._decoder = msgspec.json.Decoder(kind, float_hook=exact)
        self._quoted = _quoted_fields(self._shape)

    def read(self, raw: Bytes, values: int | None = None) -> object:
        """Decode and check a body, with what ``count_values`` found if that is known.

        Raises:
            InvalidError: with a pointer to the place.
        """
        if values is None or values > JSON_DEPTH_MAX:  # fewer are neither too many nor too deep
            check_skeleton(raw)
        value = self._decode(raw)
        is_suspicious, is_quoted = _is_suspicious(raw), self._quoted.search(raw) is not None
        if is_suspicious or is_quoted:
            document = _decode_again(raw)
            if is_suspicious:
                _refuse(_impossible(document, ""))
            if is_quoted:
                _refuse(_misfits(self._shape, document))
        return value

    def _decode(self, raw: Bytes) -> object:
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            return self._decode_leniently(raw, error)
        except UnicodeDecodeError as error:
            raise _malformed("the body must be UTF-8") from error
        except msgspec.DecodeError as error:
            raise _malformed(f"the body must be JSON: {error}") from error

    def _decode_leniently(self, raw: Bytes, refusal: msgspec.ValidationError) -> object:
        """Decode what its writer meant, where that may be something else than what was refused."""
        try:
            if is_worth_another_look(str(refusal)):
                document = _decode_again(raw)
                if put_right(document, self._place):
                    return self._decoder.decode(encode(document))
        except msgspec.ValidationError as error:
            refusal = error
        raise InvalidError(explain(str(refusal), self._shape)) from refusal


def _decode_again(raw: Bytes) -> object:
    """Decode the whole body, members that its type leaves out included."""
    try:
        return decode_any(raw)
    except msgspec.DecodeError as error:
        raise _malformed(f"the body must be JSON: {error}") from error


def _is_suspicious(raw: Bytes) -> bool:
    """Tell whether the body may have NUL characters, or numbers beyond all bounds. A pattern would take several times
    as long."""
    numerals = raw.translate(_NUMERALS)
    return b"\\u0000" in raw or _LONG in numerals or b"0e000" in numerals or b"0e+000" in numerals


def _quoted_fields(shape: inspect.Type) -> re.Pattern[bytes]:
    """Make a pattern that finds texts in the fields that hold exact numbers, and times that do not end like an
    instant."""
    numbers = names_of(shape, (inspect.DecimalType,))
    times = names_of(shape, (inspect.DateTimeType,))
    parts = []
    if numbers:
        parts.append(rb'"(?:' + b"|".join(re.escape(name.encode()) for name in numbers) + rb')"\s*:\s*[\[{"]')
    if times:
        names = b"|".join(re.escape(name.encode()) for name in times)
        parts.append(rb'"(?:' + names + rb')"\s*:\s*(?:\[|"[^"]*[^Zz"]")')
    return re.compile(b"|".join(parts)) if parts else _NOTHING


def _misfits(shape: inspect.Type, document: object) -> Iterator[Problem]:
    for pointer, check in find(shape, document, tuple(_MISFITS)):
        title, details = _MISFITS[check]
        name = pointer.rsplit("/", 1)[-1]
        yield Problem(title=title, details=f"{name} {details}", pointer=pointer)


def _refuse(problems: Iterator[Problem]) -> None:
    problem = next(problems, None)
    if problem is not None:
        raise InvalidError(problem)


def _impossible(value: object, pointer: str) -> Iterator[Problem]:
    """Texts and numbers that no field can hold."""
    if isinstance(value, str):
        if "\0" in value:
            yield Problem(title="pattern", details="texts must not contain NUL characters", pointer=pointer)
    elif isinstance(value, dict):
        for key, item in value.items():
            place = f"{pointer}/{escape(key)}"
            if "\0" in key:
                yield Problem(
                    title="pattern", details="names must not contain NUL characters", pointer=pointer
                )
            yield from _impossible(item, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _impossible(item, f"{pointer}/{index}")
    elif is_out_of_range(value):
        yield Problem(title="maximum", details="the number is out of range", pointer=pointer)


def _malformed(details: str) -> InvalidError:
    return InvalidError.at("", "format", details)
