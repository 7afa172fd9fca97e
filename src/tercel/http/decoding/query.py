"""Query strings: decoded into the struct of an operation's query, or into both of those of a list's."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect

from tercel.base.errors import InvalidError, Problem
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Paged, Paging
from tercel.http.decoding.bounds import is_out_of_range
from tercel.http.decoding.refusals import explain
from tercel.http.decoding.shapes import Kind, options, shape_of

_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})(?:[T ](?P<time>\d{2}:\d{2})(?P<seconds>:\d{2}(?:[.,]\d+)?)?"
    r"(?: *(?:Z|UTC|GMT)| *(?P<sign>[+-])(?P<zone>\d{2}(?::?\d{2})?)| +(?P<bare>\d{2}:?\d{2}))?)?",
    re.IGNORECASE,
)
_INDEX = re.compile(r"\[\d+\](?=`$)")
_SHORT_BYTES = 64
_Values = dict[str, Any]
"""Texts and lists of them by parameter."""


class SilentQuery(msgspec.Struct, rename="camel", kw_only=True):
    """Whether what was made is answered: ``silent=no`` shows it, otherwise the answer is empty."""

    silent: str = "yes"

    def is_silent(self) -> bool:
        """Tell whether the request asks for an empty answer."""
        return self.silent.lower() not in ("no", "false")


class QueryReader:
    """Reads query strings into structs of one type.

    Names that the struct does not have are ignored, and so are empty values of anything but texts. A strict reader
    refuses both, and empty texts with them: where the parameters say what to delete, ignoring one deletes more.
    """

    def __init__(self, kind: Kind, *, is_strict: bool = False) -> None:
        self._is_strict = is_strict
        parts = [_Part(struct) for struct in structs_of(kind)]
        self._fields = {name: shape for part in parts for name, shape in part.shapes.items()}
        self.names = frozenset(self._fields)  # as callers write them
        # Because: most queries are one struct, and the one of each update should take no steps for two.
        make: Callable[..., object] = Paged
        self._convert: Callable[[_Values], object] = parts[0].convert
        if len(parts) > 1:
            self._convert = lambda values: make(*(part.convert(values) for part in parts))

    def read(self, raw: bytes) -> object:
        """Decode a query string.

        Raises:
            InvalidError: naming the parameter.
        """
        values: _Values = {}
        for name, text in parse_pairs(raw):
            shape = self._fields.get(name)
            if self._is_strict:
                _refuse_unused(name, text, is_known=shape is not None)
            if shape is None or (not text and not _takes(shape, inspect.StrType)):
                continue
            if _takes(shape, inspect.ListType):
                values.setdefault(name, []).extend(part.strip() for part in text.split(","))
            else:
                values[name] = _whole_time(text) if _takes(shape, inspect.DateTimeType) else text
        return self._convert(values)


class _Part:
    """One of the structs of a query."""

    def __init__(self, struct: type[msgspec.Struct]) -> None:
        self._struct = struct
        self._shape = shape_of(struct)
        fields = fields_of(struct)
        self._attributes = {field.encode_name: field.name for field in fields}
        self.shapes = {field.encode_name: field.type for field in fields}

    def convert(self, values: _Values) -> msgspec.Struct:
        """Convert what is of this part.

        Raises:
            InvalidError: naming the parameter.
        """
        try:
            query = msgspec.convert(values, self._struct, strict=False)
        except msgspec.ValidationError as error:
            complaint = _INDEX.sub("", str(error))  # a list is one parameter
            raise InvalidError(_of_parameter(explain(complaint, self._shape))) from error
        for name in values:
            if name in self._attributes:
                _check(name, getattr(query, self._attributes[name]))
        return query


def structs_of(kind: Kind) -> tuple[type[msgspec.Struct], ...]:
    """Return the structs that a query string is read into: filter and paging of a list, or the one of another
    operation."""
    if kind is Paged:
        return Filter, Paging
    origin: object = get_origin(kind)
    return get_args(kind) if origin is Paged else (kind,)


def fields_of(struct: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """Return the members of a struct."""
    shape = shape_of(struct)
    assert isinstance(shape, inspect.StructType), "queries are structs"
    return shape.fields


def parse_pairs(raw: bytes) -> Sequence[tuple[str, str]]:
    """Return the names and values of a query string.

    Raises:
        InvalidError: it is not UTF-8, or has NUL characters.
    """
    if not raw:
        return ()
    return _parse_again(raw) if len(raw) <= _SHORT_BYTES else _parse(raw)


def _parse(raw: bytes) -> Sequence[tuple[str, str]]:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise InvalidError.parameter("", "format", "the query string must be UTF-8") from error
    for name, value in pairs:
        if "\0" in value:
            raise InvalidError.parameter(name, "pattern", f"{name} must not contain NUL characters")
    return pairs


# Because: most queries are one of a few, such as `dry=true`.
_parse_again = lru_cache(maxsize=256)(_parse)


def _refuse_unused(name: str, text: str, *, is_known: bool) -> None:
    if not is_known:
        details = f"there is no parameter `{name}`: leave it out or correct its name"
        raise InvalidError.parameter(name, "Unknown", details)
    if not text:
        raise InvalidError.parameter(
            name, "minLength", f"{name} must not be empty: leave it out or give a value"
        )


def _check(name: str, value: object) -> None:
    """Refuse what the conversion of texts lets pass."""
    for part in value if isinstance(value, list) else [value]:
        if is_out_of_range(part):
            raise InvalidError.parameter(name, "maximum", f"{name} is out of range")


def _takes(shape: inspect.Type, kind: type[inspect.Type]) -> bool:
    return any(isinstance(option, kind) for option in options(shape))


def _whole_time(text: str) -> str:
    """Complete a time as people and programs write it to a time of RFC 3339.

    A date alone means midnight (behaviour/lists 3), no zone means UTC, and a ``+`` that was not escaped arrives as a
    space. A text that is no such time stays as it is, to be refused.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return text
    seconds = (found["seconds"] or ":00").replace(",", ".")
    zone = found["zone"] or found["bare"]
    if zone is not None:
        digits = zone.replace(":", "").ljust(4, "0")
        zone = f"{found['sign'] or '+'}{digits[:2]}:{digits[2:]}"
    return f"{found['date']}T{found['time'] or '00:00'}{seconds}{zone or 'Z'}"


def _of_parameter(problem: Problem) -> Problem:
    name = (problem.pointer or "").split("/")[1:2]
    return Problem(title=problem.title, details=problem.details, parameter=name[0] if name else "")
