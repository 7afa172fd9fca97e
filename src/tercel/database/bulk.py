"""Many rows in one statement, for what features import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert


def insert_each(table: Table, shared: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Insert:
    """Return the insertion of rows that have the same columns each, and those of ``shared`` besides. There is at least one row."""
    given = (
        func.jsonb_to_recordset(cast(list(rows), JSONB))
        .table_valued(*(column(name, table.c[name].type) for name in rows[0]))
        .render_derived(with_types=True)
    )
    constants = [cast(value, table.c[name].type) for name, value in shared.items()]
    return insert(table).from_select([*rows[0], *shared], select(*given.c, *constants))
