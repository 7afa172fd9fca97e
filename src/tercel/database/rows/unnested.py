"""Rows from one array for each of their columns.

What a statement stores as text never becomes a document on its way: that takes the server a third of the time of
``recordset``. Building arrays takes the process longer than one document, so it is for few columns, or large ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, Numeric, Table, Text

from tercel.database.rows.arrays import Binary, bigints, moments, texts
from tercel.database.rows.recordset import column_types, or_default

_Build = Callable[..., Binary]


class Unnested:
    """Columns of a table that rows bring, one array each. What is the default of its column is left out as null."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self._columns = [table.c[name] for name in names]
        self._builds = [_build(column) for column in self._columns]
        self._have_defaults = [
            not column.nullable and column.server_default is not None for column in self._columns
        ]
        arrays = ", ".join(f"%s::{_kind(column)}[]" for column in self._columns)
        listing = ", ".join(f'"{name}"' for name in names)
        self.source = f"unnest({arrays}) AS r({listing})"
        self.values = ", ".join(map(_value, self._columns))

    def parameters(self, rows: Sequence[msgspec.Struct], defaults: Sequence[object] = ()) -> list[bytes]:
        """Return the arrays of these rows; ``defaults`` are objects that stand for the defaults of columns."""
        left_out = {id(each) for each in defaults}
        columns = zip(*map(msgspec.structs.astuple, rows), strict=True)
        return [
            build([None if id(each) in left_out else each for each in column] if has_default else column)
            for build, has_default, column in zip(self._builds, self._have_defaults, columns, strict=True)
        ]


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, BigInteger):
        return "bigint"
    return "timestamptz" if isinstance(column.type, DateTime) else "text"


def _build(column: Column[object]) -> _Build:
    if isinstance(column.type, BigInteger):
        return bigints
    if isinstance(column.type, DateTime):
        return moments
    spell = next((spell for kind, spell in _SPELLED.items() if isinstance(column.type, kind)), None)
    if spell is None:
        return texts
    return lambda values: texts([None if value is None else spell(value) for value in values])


def _list(values: Sequence[str]) -> str:
    """Spell an array of texts in an array of texts, which cannot hold arrays of different lengths."""
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"


_SPELLED: dict[type, Callable[..., str]] = {
    Boolean: lambda value: "t" if value else "f",
    Numeric: str,
    ARRAY: _list,
}


def _value(column: Column[object]) -> str:
    """Return the value of a row: what came as text and is none becomes what it is."""
    ((name, kind),) = column_types(column.table, [column.name])
    is_as_it_came = _kind(column) != "text" or isinstance(column.type, Text)
    return or_default(column, f'r."{name}"' if is_as_it_came else f'r."{name}"::{kind}')
