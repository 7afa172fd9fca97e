"""Write what comes in by files about many ledgers of a program, a piece at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

from psycopg import AsyncConnection

from tercel.base.errors import NotFoundError

# So that imports into one program wait for each other: each of them locks ledgers in the order of its own file.
_WAIT: LiteralString = "SELECT FROM loyalty_programs WHERE account_id = %s AND id = %s FOR NO KEY UPDATE"

# The version moves, so that what was decided by another date is decided anew.
_JOIN: LiteralString = """INSERT INTO loyalty_ledgers AS l (account_id, program_id, holder_id, subledger, version, joined)
    SELECT %s, %s, r.holder_id, '', 1, r.joined FROM unnest(%s::BIGINT[], %s::TIMESTAMPTZ[]) AS r (holder_id, joined) ORDER BY r.holder_id
    ON CONFLICT (account_id, program_id, holder_id, subledger) DO UPDATE SET joined = excluded.joined, version = l.version + 1"""


async def wait_for_imports(connection: AsyncConnection[Any], account_id: int, program_id: int) -> None:
    """Wait until no other import writes into a program, and let none until the transaction ends.

    Raises:
        NotFoundError: the program was deleted meanwhile.
    """
    kept = await connection.execute(_WAIT, [account_id, program_id])
    if not kept.rowcount:
        raise NotFoundError("the loyalty program was deleted meanwhile")


async def join_at(
    connection: AsyncConnection[Any], account_id: int, program_id: int, joined: Mapping[int, datetime]
) -> None:
    """Let holders have joined a program at these times, whatever was known before; main ledgers begin where there is none."""
    await connection.execute(_JOIN, [account_id, program_id, list(joined), list(joined.values())])
