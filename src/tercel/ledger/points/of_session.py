"""Transactions of a session, and what its subtractions took: what is given and taken back when the session is undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tercel.ledger.points.rows import LedgerKey, StoredTransaction, lot_columns, lot_from
from tercel.pipeline.aggregate import Aggregate, Unchanged, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import ACCOUNT

SESSION_POINT_KEYS = Keys[int](session_id="BIGINT")

_TRANSACTIONS = f"""SELECT t.session_id, t.program_id, t.holder_id, t.subledger, t.name, {lot_columns("t")}
    FROM {SESSION_POINT_KEYS.recordset} JOIN loyalty_transactions AS t ON t.account_id = %s AND t.session_id = k.session_id
    ORDER BY t.id"""

# What was taken to pay a debt stays paid: only what a subtraction took itself is given back.
_TOOK = f"""SELECT s.session_id, s.uuid, a.amount, {lot_columns("t")}
    FROM {SESSION_POINT_KEYS.recordset}
    JOIN loyalty_transactions AS s ON s.account_id = %s AND s.session_id = k.session_id AND NOT s.is_addition
    JOIN loyalty_allocations AS a ON a.account_id = %s AND a.program_id = s.program_id AND a.holder_id = s.holder_id
        AND a.subtraction_id = s.id
    JOIN loyalty_transactions AS t ON t.account_id = %s AND t.program_id = s.program_id AND t.holder_id = s.holder_id
        AND t.id = a.addition_id
    ORDER BY t.id"""

#: by session and UUID
SESSION_POINTS = Aggregate[defaultdict[int, dict[str, StoredTransaction]], Unchanged](
    "points of sessions", rows=lambda: defaultdict(dict), delta=Unchanged
)


def _take(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    for session_id, program_id, holder_id, subledger, name, *lot in rows:
        found = lot_from(lot)
        work[SESSION_POINTS][session_id][found.uuid] = StoredTransaction(
            id=found.id,
            key=LedgerKey(program_id, holder_id, subledger),
            uuid=found.uuid,
            amount=found.amount,
            name=name,
            lot=found,
        )


def _take_parts(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    for session_id, uuid, amount, *lot in rows:
        work[SESSION_POINTS][session_id][uuid].took.append((lot_from(lot), amount))


LOAD_SESSION_POINTS = Load(_TRANSACTIONS, (SESSION_POINT_KEYS, ACCOUNT), _take)
LOAD_SESSION_PARTS = Load(_TOOK, (SESSION_POINT_KEYS, ACCOUNT, ACCOUNT, ACCOUNT), _take_parts)
