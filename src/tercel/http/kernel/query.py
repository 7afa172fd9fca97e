"""Query strings: the paging mix-ins, and decoding into an operation's query struct."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, inspect

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import PAGE_SIZE_MAX, SKIP_MAX
from tercel.features.common.page import PageRequest
from tercel.http.kernel.bounds import is_out_of_range
from tercel.http.kernel.refusals import explain
from tercel.http.kernel.shapes import options, shape_of

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPACED_OFFSET = re.compile(r"\d \d{2}:?\d{2}$")
Skip = Annotated[int, Meta(ge=0, le=SKIP_MAX)]


class PageQuery(msgspec.Struct, rename="camel", kw_only=True):
    """Paging as most lists have it. Inherit from it to add filters."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 1000
    skip: Skip = 0
    sort: str | None = None

    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.page_size, self.skip, self.sort)


class ShortPageQuery(PageQuery, rename="camel", kw_only=True):
    """Paging of the lists whose pages have 50 rows unless told otherwise."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 50


class SilentQuery(msgspec.Struct, rename="camel", kw_only=True):
    """Whether what was made is answered: ``silent=no`` shows it, otherwise the answer is empty."""

    silent: str = "yes"

    def is_silent(self) -> bool:
        """Whether nothing is answered."""
        return self.silent.lower() not in ("no", "false")


class QueryReader:
    """Reads query strings into structs of one type.

    Names that the struct does not have are ignored, and so are empty values of anything but texts. A strict reader
    refuses both, and empty texts with them: where the parameters say what to delete, ignoring one deletes more.
    """

    def __init__(self, kind: type[msgspec.Struct], *, is_strict: bool = False) -> None:
        self._kind = kind
        self._is_strict = is_strict
        self._shape = shape_of(kind)
        fields = _struct(self._shape).fields
        self._fields = {field.encode_name: field.type for field in fields}
        self._names = {field.encode_name: field.name for field in fields}

    def read(self, raw: bytes) -> Any:
        """Decode a query string.

        Raises:
            InvalidError: naming the parameter.
        """
        values: dict[str, Any] = {}
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
        try:
            query = msgspec.convert(values, self._kind, strict=False)
        except msgspec.ValidationError as error:
            raise InvalidError(_of_parameter(explain(str(error), self._shape))) from error
        for name in values:
            _check(name, getattr(query, self._names[name]))
        return query


def parse_pairs(raw: bytes) -> list[tuple[str, str]]:
    """The names and values of a query string.

    Raises:
        InvalidError: it is not UTF-8, or has NUL characters.
    """
    if not raw:
        return []
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise InvalidError.parameter("", "format", "the query string must be UTF-8") from error
    for name, value in pairs:
        if "\0" in value:
            raise InvalidError.parameter(name, "pattern", f"{name} must not contain NUL characters")
    return pairs


def _refuse_unused(name: str, text: str, *, is_known: bool) -> None:
    if not is_known:
        details = f"there is no parameter `{name}`: leave it out or correct its name"
        raise InvalidError.parameter(name, "Unknown", details)
    if not text:
        raise InvalidError.parameter(
            name, "minLength", f"{name} must not be empty: leave it out or give a value"
        )


def _check(name: str, value: Any) -> None:
    """Refuse what the conversion of texts lets pass."""
    for part in value if isinstance(value, list) else [value]:
        if is_out_of_range(part):
            raise InvalidError.parameter(name, "maximum", f"{name} is out of range")
        if isinstance(part, datetime) and part.tzinfo is None:
            details = f"{name} must have a time zone offset such as `Z`"
            raise InvalidError.parameter(name, "format", details)


def _struct(shape: inspect.Type) -> inspect.StructType:
    assert isinstance(shape, inspect.StructType), "queries are structs"
    return shape


def _takes(shape: inspect.Type, kind: type[inspect.Type]) -> bool:
    return any(isinstance(option, kind) for option in options(shape))


def _whole_time(text: str) -> str:
    """A date alone means midnight UTC (management.md 0.4); a ``+`` that arrived as a space is put back."""
    if _DATE.fullmatch(text):
        return f"{text}T00:00:00Z"
    if _SPACED_OFFSET.search(text):
        return "+".join(text.rsplit(" ", 1))
    return text


def _of_parameter(problem: Problem) -> Problem:
    name = (problem.pointer or "").split("/")[1:2]
    return Problem(title=problem.title, details=problem.details, parameter=name[0] if name else "")
