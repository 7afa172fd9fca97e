"""Points in the pipeline: ledgers with their lots, loaded by holder, and transactions that sessions and callers make.

A ledger's row carries a version. Whatever is written on a ledger was decided on all of it, so the write is guarded by the version, and a
ledger that another transaction changed meanwhile is decided anew: points are never spent twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import column_types, expecting, insert, recordset
from tercel.database.tables.points import loyalty_allocations, loyalty_ledgers, loyalty_transactions
from tercel.ledger.points.rows import Holder, LedgerKey, LedgerRow, Transaction, lot_columns, lot_from
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import ACCOUNT, Owner
from tercel.pipeline.write import Write, expected, plain
from tercel.points.lots import Allocation, Debt, Ledger

HolderAt = tuple[int, int, datetime]
"""Program, holder, and a moment that is not after the one of the command (``since``)."""
HOLDER_KEYS = Keys[HolderAt](program_id="BIGINT", holder_id="BIGINT", since="TIMESTAMPTZ")

_LEDGERS = f"""SELECT l.program_id, l.holder_id, l.subledger, l.version, l.joined, l.tier_id, l.tier_since, l.tier_expires_at, l.settled_at
    FROM (SELECT DISTINCT k.program_id, k.holder_id FROM {HOLDER_KEYS.recordset}) AS h
    JOIN loyalty_ledgers AS l USING (program_id, holder_id) WHERE l.account_id = %s"""

# What can still count: points that are left and had not expired when the ledger was settled, and debts. After the ledgers, so that a
# version is never newer than the lots that were read for it.
_LOTS = f"""SELECT t.program_id, t.holder_id, t.subledger, t.is_addition, {lot_columns("t")}
    FROM (SELECT k.program_id, k.holder_id, min(k.since) AS since FROM {HOLDER_KEYS.recordset} GROUP BY 1, 2) AS h
    JOIN loyalty_ledgers AS l USING (program_id, holder_id)
    JOIN loyalty_transactions AS t ON t.account_id = %s AND t.program_id = l.program_id AND t.holder_id = l.holder_id
        AND t.subledger = l.subledger AND t.remaining > 0
    WHERE l.account_id = %s AND (t.expires_at IS NULL OR t.expires_at > least(h.since, l.settled_at))"""

_LEDGER_KEY = ("account_id", "program_id", "holder_id", "subledger")
_STATE = ("joined", "tier_id", "tier_since", "tier_expires_at", "settled_at")

START_LEDGERS = expecting(
    insert(
        loyalty_ledgers,
        (*_LEDGER_KEY, "version", *_STATE),
        order_by=_LEDGER_KEY,
        on_conflict="ON CONFLICT DO NOTHING",
    ),
    "ledgers of points",
)

MOVE_LEDGERS = expecting(
    f"""UPDATE loyalty_ledgers AS l SET version = l.version + 1, {", ".join(f"{name} = r.{name}" for name in _STATE)}
    FROM (SELECT * FROM {recordset(column_types(loyalty_ledgers, (*_LEDGER_KEY, "version", *_STATE)), "x")}
        ORDER BY {", ".join(_LEDGER_KEY)}) AS r
    WHERE l.account_id = %s AND (l.program_id, l.holder_id, l.subledger) = (r.program_id, r.holder_id, r.subledger)
        AND l.version = r.version""",
    "ledgers of points",
)

_TRANSACTION = (
    "id", *_LEDGER_KEY, "uuid", "is_addition", "amount", "remaining", "starts_at", "expires_at", "validity", "awarded", "name", "source",
    "created", "application_id", "campaign_id", "ruleset_id", "rule_name", "event_id", "session_id", "session_integration_id",
    "store_integration_id", "import_id", "user_id", "undoes", "creates_debt",
)  # fmt: skip
INSERT_TRANSACTIONS = insert(loyalty_transactions, _TRANSACTION, order_by=("id",))

_REST = ("program_id", "holder_id", "id", "remaining", "starts_at", "expires_at")
MOVE_LOTS = expecting(
    f"""UPDATE loyalty_transactions AS t SET remaining = r.remaining, starts_at = coalesce(r.starts_at, t.starts_at),
        expires_at = coalesce(r.expires_at, t.expires_at)
    FROM {recordset(column_types(loyalty_transactions, _REST))}
    WHERE t.account_id = %s AND (t.program_id, t.holder_id, t.id) = (r.program_id, r.holder_id, r.id)""",
    "lots",
)

_ALLOCATION = ("account_id", "program_id", "holder_id", "subtraction_id", "addition_id", "amount", "created")
INSERT_ALLOCATIONS = insert(
    loyalty_allocations, _ALLOCATION, order_by=("program_id", "holder_id", "subtraction_id", "addition_id")
)


Ledgers = defaultdict[Holder, dict[str, LedgerRow]]
"""Ledgers that were loaded, by holder and subledger."""


class PointChanges(msgspec.Struct):
    """Ledgers as they are left, and the transactions, allocations and moved lots that left them so."""

    ledgers: dict[LedgerKey, LedgerRow] = {}
    transactions: list[Transaction] = []
    allocations: list[tuple[LedgerKey, Allocation]] = []
    moved: dict[int, LedgerKey] = {}

    def open(self, key: LedgerKey, work: Work) -> LedgerRow:
        """Return the ledger as it is, to be changed by the command."""
        row = self.ledgers.get(key)
        if row is None:
            known = work[POINTS][key.holder].get(key.subledger)
            row = self.ledgers[key] = LedgerRow(key=key, points=Ledger()) if known is None else known.copy()
        return row

    def merge(self, later: PointChanges, work: Work, /) -> None:
        """Show later commands the ledgers as this one leaves them, and append what it wrote."""
        for key, row in later.ledgers.items():
            work[POINTS][key.holder][key.subledger] = row
        self.ledgers |= later.ledgers
        self.transactions += later.transactions
        self.allocations += later.allocations
        self.moved |= later.moved

    def move_ledgers(self, owner: Owner, /) -> Iterator[Statement]:
        """Start new ledgers, and move the others if they are as they were read."""
        rows = self.ledgers.values()
        new = [_spell_ledger(row, owner.account_id, version=1) for row in rows if not row.version]
        known = [_spell_ledger(row, owner.account_id, version=row.version) for row in rows if row.version]
        yield from expected(START_LEDGERS, new)
        yield from expected(MOVE_LEDGERS, known, owner.account_id)

    def write(self, owner: Owner, /) -> Iterator[Statement]:
        """Append transactions and allocations, and note what is left of lots that were there."""
        new, left = {made.id for made in self.transactions}, self._left()
        yield from plain(
            INSERT_TRANSACTIONS,
            [
                {**_spell(made, owner.account_id), **left.get(made.id, _NOTHING_LEFT)}
                for made in self.transactions
            ],
        )
        yield from expected(
            MOVE_LOTS,
            [
                {**key.holder._asdict(), "id": row_id, **left.get(row_id, _NOTHING_LEFT)}
                for row_id, key in self.moved.items()
                if row_id not in new
            ],
            owner.account_id,
        )
        yield from plain(
            INSERT_ALLOCATIONS,
            [
                {"account_id": owner.account_id, **key.holder._asdict(), **msgspec.structs.asdict(made)}
                for key, made in self.allocations
            ],
        )

    def _left(self) -> dict[int, dict[str, object]]:
        """Return the rest of each lot with its dates, and of each debt, by transaction; a debt that is paid has left its ledger."""
        left: dict[int, dict[str, object]] = {}
        for row in self.ledgers.values():
            for lot in row.points.lots:
                left[lot.id] = {
                    "remaining": lot.remaining,
                    "starts_at": lot.starts_at,
                    "expires_at": lot.expires_at,
                }
            for debt in row.points.debts:
                left[debt.id] = {"remaining": debt.remaining}
        return left


_NOTHING_LEFT = {"remaining": 0}


def _spell(made: Transaction, account_id: int) -> dict[str, object]:
    return {
        "id": made.id,
        "account_id": account_id,
        **made.key._asdict(),
        "uuid": made.uuid,
        "is_addition": made.is_addition,
        "amount": made.amount,
        "awarded": made.origin.created if made.lot is None else made.lot.awarded,
        "starts_at": made.origin.created,
        "validity": None if made.lot is None else made.lot.validity,
        "name": made.name,
        **msgspec.structs.asdict(made.origin),
        **msgspec.structs.asdict(made.rule),
        "undoes": made.undoes,
        "creates_debt": made.creates_debt,
    }


def _spell_ledger(row: LedgerRow, account_id: int, *, version: int) -> dict[str, object]:
    state = {name: getattr(row, name) for name in _STATE if name != "settled_at"}
    return {
        "account_id": account_id,
        **row.key._asdict(),
        "version": version,
        **state,
        "settled_at": row.points.settled_at,
    }


POINTS = Aggregate[Ledgers, PointChanges](
    "points", rows=lambda: defaultdict(dict), delta=PointChanges, ids_ahead=1
)


def _take_ledgers(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    ledgers = work[POINTS]
    for program_id, holder_id, subledger, version, joined, *tier, settled_at in rows:
        key = LedgerKey(program_id, holder_id, subledger)
        ledgers[key.holder][subledger] = LedgerRow(
            key=key,
            version=version,
            joined=joined,
            tier_id=tier[0],
            tier_since=tier[1],
            tier_expires_at=tier[2],
            points=Ledger(settled_at=settled_at),
        )


def _take_lots(work: Work, rows: Iterable[tuple[Any, ...]]) -> None:
    for program_id, holder_id, subledger, is_addition, *lot in rows:
        row = work[POINTS][Holder(program_id, holder_id)].get(subledger)
        if row is None:
            continue  # its ledger began between the two statements, so whatever is decided without it is refused by its guard
        found = lot_from(lot)
        if is_addition:
            row.points.lots.append(found)
        else:
            row.points.debts.append(Debt(id=found.id, remaining=found.remaining))


LOAD_LEDGERS = Load(_LEDGERS, (HOLDER_KEYS, ACCOUNT), _take_ledgers, locks="l")
LOAD_LOTS = Load(_LOTS, (HOLDER_KEYS, ACCOUNT, ACCOUNT), _take_lots)

MOVE_EACH_LEDGER = Write(POINTS, PointChanges.move_ledgers)
WRITE_POINTS = Write(POINTS, PointChanges.write)


def since(now: datetime) -> datetime:
    """Return the start of the moment's hour: commands of one hour ask for a holder by one key."""
    return now.replace(minute=0, second=0, microsecond=0)
