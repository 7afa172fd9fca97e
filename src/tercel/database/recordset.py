"""Rows to and from one JSON document.

Set-based statements take all their rows as a single parameter, ``jsonb_to_recordset``, which costs the driver one
text instead of thousands of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy


def column_types(table: Table, names: Iterable[str]) -> list[tuple[str, str]]:
    """Names and PostgreSQL types of columns of a table."""
    return [(name, table.c[name].type.compile(_DIALECT)) for name in names]


def recordset(columns: Sequence[tuple[str, str]], alias: str = "r") -> str:
    """The FROM item that reads the statement's one parameter as rows."""
    listing = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    return f"jsonb_to_recordset(%s::jsonb) AS {alias}({listing})"


def insert(table: Table, names: Sequence[str], *, order_by: Sequence[str], on_conflict: str = "") -> str:
    """INSERT … SELECT from the recordset, in a fixed order of rows so that locks are taken in that order."""
    columns = column_types(table, names)
    listing = ", ".join(f'"{name}"' for name in names)
    ordering = ", ".join(f"r.{name}" for name in order_by)
    return (
        f"INSERT INTO {table.name} ({listing}) SELECT {listing} FROM {recordset(columns)} "  # our own names
        f"ORDER BY {ordering} {on_conflict}".rstrip()
    )


def expecting(statement: str, what: str) -> str:
    """Wrap a data-changing statement: it raises when it wrote another number of rows than the second parameter says.

    ``tercel_expect`` is part of the schema. Because the check happens inside the server, a whole batch is written and
    committed in one round trip and a guard that did not hold still rolls everything back.
    """
    return f"WITH w AS ({statement} RETURNING 1) SELECT tercel_expect((SELECT count(*) FROM w), %s, '{what}')"  # our own names
