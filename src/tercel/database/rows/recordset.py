"""Rows to and from one JSON document.

Set-based statements take all their rows as a single parameter, ``jsonb_to_recordset``, which costs the driver one
text instead of thousands of values. What a row leaves out is NULL, or the default of its column: the server spends four
times as long on a row that spells out its nulls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, DefaultClause, Table, TextClause
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy


def column_types(table: Table, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return names and PostgreSQL types of columns of a table."""
    return [(name, table.c[name].type.compile(_DIALECT)) for name in names]


def recordset(columns: Sequence[tuple[str, str]], alias: str = "r", source: str = "%s::jsonb") -> str:
    """Return the FROM item that reads a document as rows: the statement's one parameter, or a column of an outer
    recordset."""
    listing = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    return f"jsonb_to_recordset({source}) AS {alias}({listing})"


def insert(table: Table, names: Sequence[str], *, order_by: Sequence[str], on_conflict: str = "") -> str:
    """INSERT … SELECT from the recordset, in a fixed order of rows so that locks are taken in that order."""
    listing = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(value(table.c[name]) for name in names)
    ordering = ", ".join(f"r.{name}" for name in order_by)
    return (
        f"INSERT INTO {table.name} ({listing}) SELECT {values} FROM {recordset(column_types(table, names))} "  # our own names
        f"ORDER BY {ordering} {on_conflict}".rstrip()
    )


def value(column: Column[Any], alias: str = "r") -> str:
    """Return the SQL for the value of a row's column, or for the constant that the column has by default."""
    return or_default(column, f'{alias}."{column.name}"')


def or_default(column: Column[object], expression: str) -> str:
    """Return the SQL for an expression, or for the constant that the column has by default where it is null."""
    default = column.server_default
    if column.nullable or not isinstance(default, DefaultClause) or not isinstance(default.arg, TextClause):
        return expression
    return f"coalesce({expression}, {default.arg.text})"


def expecting(statement: str, what: str) -> str:
    """Wrap a data-changing statement: it raises when it wrote another number of rows than the second parameter says.

    ``tercel_expect`` is part of the schema. Because the check happens inside the server, a whole batch is written and
    committed in one round trip and a guard that did not hold still rolls everything back.
    """
    return f"WITH w AS ({statement} RETURNING 1) SELECT tercel_expect((SELECT count(*) FROM w), %s, '{what}')"  # our own names
