"""Every statement of a batch finds its rows by an index, however large the tables are and whatever is known of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tercel import database
from tercel.database.engine import Database
from tercel.features.aggregates import ORDER


def _is_statement(name: str, value: object) -> bool:
    return (
        name.isupper() and isinstance(value, str) and value.startswith(("SELECT", "INSERT", "UPDATE", "WITH"))
    )


#: Where the nouns of the pipeline keep their statements.
_MODULES = {sys.modules[write.statements.__module__] for write in ORDER.writes} | {database.revisions}
_STATEMENTS = {
    **{f"load {number}": load.sql for number, load in enumerate(ORDER.loads)},
    **{
        name: value
        for module in _MODULES
        for name, value in vars(module).items()
        if _is_statement(name, value)
    },
}


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of a plan that read a table."""
    if "Relation Name" in plan and "Scan" in plan["Node Type"]:
        yield plan
    for child in plan.get("Plans", ()):
        yield from _scans(child)


def test_there_are_statements_of_both_rounds() -> None:
    assert {"load 0", "WRITE_SESSIONS", "MOVE_COUNTERS", "TOUCH_CAMPAIGNS"} <= set(_STATEMENTS)
    assert len(_STATEMENTS) > 30


@pytest.mark.anyio
async def test_a_batch_reads_no_table_from_end_to_end(database: Database) -> None:
    found = {}
    async with database.connection() as connection:
        for name, sql in _STATEMENTS.items():
            numbers = count(1)
            statement = re.sub("%s", lambda _, numbers=numbers: f"${next(numbers)}", sql)
            cursor = await connection.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {statement}".encode())
            row = await cursor.fetchone()
            assert row is not None
            for scan in _scans(row[0][0]["Plan"]):
                if not (scan.get("Index Cond") or scan.get("Recheck Cond")):
                    found[name] = f"{scan['Node Type']} of {scan['Relation Name']}"
    assert found == {}
