"""Forget the transactions of ledgers, or the ledgers with them: the one way in which something of the ledger goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg import AsyncConnection

from tercel.ledger.points.rows import Holder

# Members stay members; tiers are found anew from what is left, which is nothing.
_FORGET: LiteralString = """UPDATE loyalty_ledgers AS l SET version = l.version + 1, tier_id = NULL, tier_since = NULL, tier_expires_at = NULL,
        settled_at = NULL
    WHERE l.account_id = %(account)s AND l.program_id = %(program)s AND l.holder_id = %(holder)s
        AND (%(subledgers)s::text[] IS NULL OR l.subledger = ANY(%(subledgers)s))"""

_ALLOCATIONS: LiteralString = """DELETE FROM loyalty_allocations AS a USING loyalty_transactions AS t
    WHERE a.account_id = %(account)s AND a.program_id = %(program)s AND a.holder_id = %(holder)s
        AND t.account_id = %(account)s AND t.program_id = %(program)s AND t.holder_id = %(holder)s AND t.id = a.addition_id
        AND (%(subledgers)s::text[] IS NULL OR t.subledger = ANY(%(subledgers)s))"""

_TRANSACTIONS: LiteralString = """DELETE FROM loyalty_transactions AS t
    WHERE t.account_id = %(account)s AND t.program_id = %(program)s AND t.holder_id = %(holder)s
        AND (%(subledgers)s::text[] IS NULL OR t.subledger = ANY(%(subledgers)s))"""

_LEDGERS: LiteralString = (
    "DELETE FROM loyalty_ledgers WHERE account_id = %s AND program_id = %s AND holder_id = %s"
)


async def forget_transactions(
    connection: AsyncConnection[Any], account_id: int, holder: Holder, subledgers: Sequence[str] | None
) -> None:
    """Delete the transactions of some ledgers of a holder, or of all; sessions that made them have nothing to undo then."""
    which = {
        "account": account_id,
        "program": holder.program_id,
        "holder": holder.holder_id,
        "subledgers": None if subledgers is None else list(subledgers),
    }
    for statement in (_FORGET, _ALLOCATIONS, _TRANSACTIONS):
        await connection.execute(statement, which)


async def delete_ledgers(connection: AsyncConnection[Any], account_id: int, holder: Holder) -> None:
    """Delete the ledgers of a holder who goes, and their transactions."""
    await forget_transactions(connection, account_id, holder, None)
    await connection.execute(_LEDGERS, [account_id, *holder])
