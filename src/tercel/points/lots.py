"""Lots and debts of one ledger, and its balances at a moment (behaviour/loyalty 3).

A lot is an addition with what is left of it. It is pending until it starts, active until it expires, and expired then; intervals are half-open.
A debt is a subtraction that found too few points, with what is still owed of it. Nothing here reads a clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate

import msgspec

from tercel.base.numbers import ZERO


class Lot(msgspec.Struct, kw_only=True):
    """Points that were added at once. ``starts_at`` is None while they wait for an action, ``expires_at`` for points that stay.

    ``validity`` is how long waiting points will live once they start. ``awarded`` is their place in the order of spending: points that
    are given back have that of the addition they came from.
    """

    id: int
    uuid: str
    amount: Decimal
    remaining: Decimal
    awarded: datetime
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    validity: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Tell whether the lot has expired."""
        return self.expires_at is not None and self.expires_at <= now

    def is_active(self, now: datetime) -> bool:
        """Tell whether the lot has started and not expired."""
        return self.starts_at is not None and self.starts_at <= now and not self.is_over(now)

    def is_pending(self, now: datetime) -> bool:
        """Tell whether the lot has not started."""
        return (self.starts_at is None or self.starts_at > now) and not self.is_over(now)


class Debt(msgspec.Struct, kw_only=True):
    """What a subtraction still owes."""

    id: int
    remaining: Decimal


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a subtraction took from an addition, and when."""

    subtraction_id: int
    addition_id: int
    amount: Decimal
    created: datetime


class Balances(msgspec.Struct, frozen=True):
    """Points at a moment. Active points and debt exclude each other."""

    active: Decimal = ZERO
    pending: Decimal = ZERO
    negative: Decimal = ZERO


class Ledger(msgspec.Struct, kw_only=True):
    """What is left on one ledger: lots that may still count, debts, and until when both were settled with each other."""

    lots: list[Lot] = []
    debts: list[Debt] = []
    settled_at: datetime | None = None

    def copy(self) -> Ledger:
        """Return a ledger that can be changed without changing this one."""
        return msgspec.structs.replace(
            self,
            lots=[msgspec.structs.replace(lot) for lot in self.lots],
            debts=[msgspec.structs.replace(debt) for debt in self.debts],
        )

    def find(self, lot_id: int) -> Lot | None:
        """Return the lot of an addition; None when nothing of it can count any more."""
        return next((lot for lot in self.lots if lot.id == lot_id), None)

    def active_at(self, moment: datetime) -> Decimal:
        """Add up the points that are active at a moment, as if nothing were added or taken until then; debts not subtracted."""
        return sum((lot.remaining for lot in self.lots if lot.is_active(moment)), ZERO)

    def pending_at(self, moment: datetime) -> Decimal:
        """Add up the points that have not started at a moment."""
        return sum((lot.remaining for lot in self.lots if lot.is_pending(moment)), ZERO)

    def owed(self) -> Decimal:
        """Add up the debts."""
        return sum((debt.remaining for debt in self.debts), ZERO)

    def balances(self, now: datetime) -> Balances:
        """Return the points at a moment that is not before the ledger was settled."""
        ledger = self
        if self.debts:
            ledger = self.copy()
            ledger.settle(now)
        return Balances(ledger.active_at(now), ledger.pending_at(now), ledger.owed())

    def settle(self, now: datetime) -> list[Allocation]:
        """Let points pay debts from the moment at which they became active, up to now, and remember that this was done.

        Points that expire meanwhile have paid before they did, so the order of moments matters.
        """
        paid = list(self._payments(now)) if self.debts else []
        if self.settled_at is None or self.settled_at < now:
            self.settled_at = now
        self.debts = [debt for debt in self.debts if debt.remaining]
        return paid

    def _payments(self, now: datetime) -> Iterator[Allocation]:
        """Let each lot pay from its start on. While there is a debt nothing active is left, so a lot is looked at once."""
        owing = deque(debt for debt in self.debts if debt.remaining)
        for moment, lot in self._payers(now):
            while owing and lot.remaining:
                debt = owing[0]
                amount = min(lot.remaining, debt.remaining)
                lot.remaining -= amount
                debt.remaining -= amount
                yield Allocation(subtraction_id=debt.id, addition_id=lot.id, amount=amount, created=moment)
                if not debt.remaining:
                    owing.popleft()

    def _payers(self, now: datetime) -> list[tuple[datetime, Lot]]:
        """Return the lots that may pay up to now, each with the moment at which it does, in order."""
        found = []
        for lot in self.lots:
            if lot.remaining and lot.starts_at is not None and lot.starts_at <= now:
                is_new = self.settled_at is None or lot.starts_at > self.settled_at
                moment = lot.starts_at if is_new else now
                if lot.is_active(moment):
                    found.append((moment, lot))
        return sorted(found, key=lambda each: (each[0], *_place(each[1])))

    def in_order(self, now: datetime) -> list[Lot]:
        """Return the active lots that have something left, in the order in which they are spent: what expires first, then what was
        awarded first."""
        active = [lot for lot in self.lots if lot.remaining and lot.is_active(now)]
        return sorted(active, key=_place)


class Timeline:
    """The active points of a ledger by moment, if nothing is added or taken; put together once, to be asked often. Debts are not
    subtracted."""

    __slots__ = ("_moments", "_sums")

    def __init__(self, ledger: Ledger) -> None:
        steps: defaultdict[datetime, Decimal] = defaultdict(Decimal)
        for lot in ledger.lots:
            start, end = lot.starts_at, lot.expires_at
            if lot.remaining and start is not None and (end is None or end > start):
                steps[start] += lot.remaining
                if end is not None:
                    steps[end] -= lot.remaining
        self._moments = sorted(steps)
        self._sums = list(accumulate(steps[moment] for moment in self._moments))

    def active_at(self, moment: datetime) -> Decimal:
        """Return the points that are active at a moment."""
        place = bisect_right(self._moments, moment)
        return self._sums[place - 1] if place else ZERO

    def moments(self, since: datetime, until: datetime) -> Sequence[datetime]:
        """Return, in order, when lots start or expire after one moment and up to another."""
        return self._moments[bisect_right(self._moments, since) : bisect_right(self._moments, until)]


def _place(lot: Lot) -> tuple[bool, datetime, datetime, int]:
    return lot.expires_at is None, lot.expires_at or lot.awarded, lot.awarded, lot.id
