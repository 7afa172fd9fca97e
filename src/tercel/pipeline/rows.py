"""Rows as the pipeline holds them: structs, typed where code reads them, raw JSON where they are only carried.

Field order is column order: rows arrive as tuples and leave as one JSON document, in which a row leaves out what is the
default of its column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

EMPTY_OBJECT = msgspec.Raw(b"{}")
EMPTY_LIST = msgspec.Raw(b"[]")

RowStruct = TypeVar("RowStruct", bound=msgspec.Struct)


def columns(alias: str, kind: type[msgspec.Struct]) -> str:
    """Return the select list of a row struct; raw JSON comes as text."""
    raw = set(_raw_fields(kind))
    return ", ".join(
        f"{alias}.{name}::text" if name in raw else f"{alias}.{name}" for name in kind.__struct_fields__
    )


def rows_of(kind: type[RowStruct], tuples: Iterable[tuple[Any, ...]]) -> Iterator[RowStruct]:
    """Make row structs from tuples in their field order; texts of raw JSON fields are wrapped."""
    raw = _RAW_FIELDS.get(kind)
    if raw is None:
        raw = _RAW_FIELDS[kind] = _raw_fields(kind)
    names = kind.__struct_fields__
    for values in tuples:
        fields = dict(zip(names, values, strict=True))
        for name in raw:
            text = fields[name]
            fields[name] = None if text is None else msgspec.Raw(text.encode())
        yield kind(**fields)


_RAW_FIELDS: dict[type[msgspec.Struct], tuple[str, ...]] = {}


def _raw_fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in msgspec.structs.fields(kind)
        if field.type is msgspec.Raw or field.type == msgspec.Raw | None
    )
