"""JSON bodies: bytes into an operation's struct, or a problem that says where.

One typed pass decodes. What msgspec lets pass but we must not (NUL characters, numbers beyond all bounds, deep nesting,
numbers and times in the wrong notation) is looked for precisely only when a cheap search over the bytes finds a trace of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from typing import Any

import msgspec
from msgspec import inspect

from tercel.base.codec import decode_any
from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import JSON_DEPTH_MAX
from tercel.http.kernel.bounds import is_out_of_range
from tercel.http.kernel.refusals import explain
from tercel.http.kernel.shapes import (
    escape,
    find,
    is_naive_time,
    is_off_calendar,
    is_quoted_number,
    names_of,
    shape_of,
)

#: Bytes by what they may be in a number: digits and points, exponents, signs.
_NUMERALS = bytes.maketrans(b"123456789.E-", b"0000000000e+")
_LONG = b"0" * 19
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOTHING = re.compile(rb"(?!)")


class BodyReader:
    """Reads bodies of one type."""

    def __init__(self, kind: Any) -> None:
        self._shape = shape_of(kind)
        self._decoder = msgspec.json.Decoder(kind, float_hook=Decimal)
        self._quoted = _quoted_fields(self._shape)

    def read(self, raw: bytes) -> Any:
        """Decode and check a body.

        Raises:
            InvalidError: with a pointer to the place.
        """
        _check_depth(raw)
        value = self._decode(raw)
        if _is_suspicious(raw):
            _refuse(_impossible(decode_any(raw), ""))
        if self._quoted.search(raw):
            document = decode_any(raw)
            _refuse(
                _wrong_kind(
                    find(self._shape, document, is_quoted_number),
                    "type",
                    "must be of type number, not string",
                )
            )
            _refuse(
                _wrong_kind(
                    find(self._shape, document, is_naive_time),
                    "format",
                    "must have a time zone offset such as `Z`",
                )
            )
            _refuse(
                _wrong_kind(
                    find(self._shape, document, is_off_calendar),
                    "format",
                    "must lie in the years 1 to 9999 in UTC",
                )
            )
        return value

    def _decode(self, raw: bytes) -> Any:
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise InvalidError(explain(str(error), self._shape)) from error
        except UnicodeDecodeError as error:
            raise _malformed("the body must be UTF-8") from error
        except msgspec.DecodeError as error:
            raise _malformed(f"the body must be JSON: {error}") from error
        except RecursionError as error:
            raise _too_deep() from error


def _is_suspicious(raw: bytes) -> bool:
    """Whether there may be NUL characters, or numbers beyond all bounds. A pattern would take several times as long."""
    numerals = raw.translate(_NUMERALS)
    return b"\\u0000" in raw or _LONG in numerals or b"0e000" in numerals or b"0e+000" in numerals


def _quoted_fields(shape: inspect.Type) -> re.Pattern[bytes]:
    """A search for texts in the fields that hold exact numbers, and for times that do not end like an instant."""
    numbers = names_of(shape, (inspect.DecimalType,))
    times = names_of(shape, (inspect.DateTimeType,))
    parts = []
    if numbers:
        parts.append(rb'"(?:' + b"|".join(re.escape(name.encode()) for name in numbers) + rb')"\s*:\s*[\[{"]')
    if times:
        names = b"|".join(re.escape(name.encode()) for name in times)
        parts.append(rb'"(?:' + names + rb')"\s*:\s*(?:\[|"[^"]*[^Zz"]")')
    return re.compile(b"|".join(parts)) if parts else _NOTHING


def _wrong_kind(pointers: Iterator[str], title: str, details: str) -> Iterator[Problem]:
    for pointer in pointers:
        name = pointer.rsplit("/", 1)[-1]
        yield Problem(title=title, details=f"{name} {details}", pointer=pointer)


def _refuse(problems: Iterator[Problem]) -> None:
    problem = next(problems, None)
    if problem is not None:
        raise InvalidError(problem)


def _impossible(value: Any, pointer: str) -> Iterator[Problem]:
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


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= JSON_DEPTH_MAX:
        return
    brackets = _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > JSON_DEPTH_MAX:
        raise _too_deep()


def _malformed(details: str) -> InvalidError:
    return InvalidError.at("", "format", details)


def _too_deep() -> InvalidError:
    return InvalidError.at("", "maxDepth", f"the body must be nested at most {JSON_DEPTH_MAX} levels deep")
