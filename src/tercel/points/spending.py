"""Spending points, and taking back what was added or spent (behaviour/loyalty 4, 5).

Each function changes the ledger that it is given, which was settled up to the moment, and returns what was taken from which lot.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tercel.base.numbers import ZERO
from tercel.points.lots import Debt, Ledger, Lot


class ReturnPolicy(StrEnum):
    """What may be taken back of points that a session earned, when it is undone."""

    ONLY_PENDING = "only_pending"
    WITHIN_BALANCE = "within_balance"
    UNLIMITED = "unlimited"


class Taken(NamedTuple):
    """Points taken from a lot."""

    lot: Lot
    amount: Decimal


class TakenBack(NamedTuple):
    """What was taken of points that had been added, and what is owed beyond."""

    parts: list[Taken]
    owed: Decimal

    @property
    def amount(self) -> Decimal:
        """All that the owner lost."""
        return sum((part.amount for part in self.parts), self.owed)


def spend(ledger: Ledger, amount: Decimal, now: datetime) -> list[Taken] | None:
    """Take active points in the order of spending; None, and nothing is taken, when there are fewer."""
    lots = ledger.in_order(now)
    if sum((lot.remaining for lot in lots), ZERO) < amount:
        return None
    return _take(lots, amount)


def take_back(ledger: Ledger, lot: Lot, amount: Decimal, policy: ReturnPolicy, now: datetime) -> TakenBack:
    """Take back points that were added as ``lot``, as far as the policy allows.

    What is left of the lot goes first. What was spent of it is taken from the other active points in their order, and what these do not
    cover is owed under ``unlimited``. What has expired of it is gone already and is not asked for again.
    """
    if lot.is_pending(now):
        return TakenBack(_take([lot], min(amount, lot.remaining)), ZERO)
    if policy is ReturnPolicy.ONLY_PENDING:
        return TakenBack([], ZERO)
    parts: list[Taken] = []
    wanted = amount - lot.remaining
    if lot.is_active(now):
        parts = _take([lot], min(amount, lot.remaining))
    others = [other for other in ledger.in_order(now) if other is not lot]
    covered = min(wanted, sum((other.remaining for other in others), ZERO))
    if covered > 0:
        parts += _take(others, covered)
    owed = wanted - covered if policy is ReturnPolicy.UNLIMITED and wanted > covered else ZERO
    return TakenBack(parts, owed)


def owe(ledger: Ledger, subtraction_id: int, amount: Decimal) -> None:
    """Note what a subtraction took beyond the points that there were."""
    if amount:
        ledger.debts.append(Debt(id=subtraction_id, remaining=amount))


def _take(lots: Iterable[Lot], amount: Decimal) -> list[Taken]:
    parts = []
    for lot in lots:
        part = min(amount, lot.remaining)
        if part > 0:
            lot.remaining -= part
            amount -= part
            parts.append(Taken(lot, part))
    return parts
