"""Book transactions on ledgers of points: add, spend, take back, give back, activate, and move the end (behaviour/loyalty 3 to 5).

One book is kept for each command. Each ledger that it touches is first settled up to the moment of the command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from tercel.base.numbers import ZERO
from tercel.ledger.points.aggregate import POINTS, PointChanges
from tercel.ledger.points.rows import (
    BY_HAND,
    GivenBy,
    Holder,
    LedgerKey,
    LedgerRow,
    Origin,
    StoredTransaction,
    Transaction,
)
from tercel.ledger.points.standing import replay
from tercel.pipeline.aggregate import Work
from tercel.points.joining import joined_by
from tercel.points.life import Life
from tercel.points.lots import Allocation, Lot
from tercel.points.program import Program
from tercel.points.spending import ReturnPolicy, Taken, owe, spend, take_back
from tercel.points.tiers.replay import Replay
from tercel.points.tiers.terms import Dates


class Members(Protocol):
    """What holders bring to the ends of their tiers."""

    def attribute_of(self, holder: Holder, program: Program, /) -> datetime | None:
        """Return the value of the attribute that ends tiers in the program."""


class Book:
    """The transactions of one command, from one origin.

    ``programs`` are those of the ledgers by id. A book is closed at the end: what all transactions come to decides about tiers and
    joining, not what stands in between.
    """

    __slots__ = (
        "_changes", "_loaded", "_members", "_new_id", "_new_uuid", "_programs", "_replays", "_touched", "origin",
    )  # fmt: skip

    def __init__(
        self,
        changes: PointChanges,
        loaded: Work,
        origin: Origin,
        *,
        programs: Mapping[int, Program],
        members: Members,
        new_id: Callable[[], int],
        new_uuid: Callable[[], str],
    ) -> None:
        self.origin = origin
        self._programs = programs
        self._members = members
        self._replays: dict[LedgerKey, Replay] = {}
        self._touched: dict[LedgerKey, LedgerRow] = {}
        self._changes = changes
        self._loaded = loaded
        self._new_id = new_id
        self._new_uuid = new_uuid

    @property
    def now(self) -> datetime:
        """The moment of the command."""
        return self.origin.created

    def open(self, key: LedgerKey) -> LedgerRow:
        """Return a ledger, settled and with the tier that it has now."""
        row = self._changes.open(key, self._loaded)
        since = row.points.settled_at
        self._settle(key, row)
        program = self._programs.get(key.program_id)
        if key not in self._replays and program is not None:
            self._replays[key] = replay(program, row, self._dates(key, program), since, self.now)
            self._keep_tier(key, row)
            self._join(key, row)
        return row

    def add(
        self,
        key: LedgerKey,
        amount: Decimal,
        life: Life,
        name: str,
        *,
        uuid: str | None = None,
        rule: GivenBy = BY_HAND,
        undoes: int | None = None,
        awarded: datetime | None = None,
    ) -> Lot:
        """Add points, which pay debts first if they are active at once. ``undoes`` and ``awarded`` are of points that are given back."""
        row = self.open(key)
        lot = Lot(
            id=self._new_id(),
            uuid=uuid or self._new_uuid(),
            amount=amount,
            remaining=amount,
            awarded=awarded or self.now,
            starts_at=life.starts_at,
            expires_at=life.expires_at,
            validity=life.validity,
        )
        row.points.lots.append(lot)
        self._changes.transactions.append(
            Transaction(
                id=lot.id,
                key=key,
                uuid=lot.uuid,
                is_addition=True,
                amount=amount,
                name=name,
                origin=self.origin,
                rule=rule,
                undoes=undoes,
                lot=lot,
            )
        )
        self._settle(key, row)
        self._touched[key] = row
        return lot

    def spend(
        self,
        key: LedgerKey,
        amount: Decimal,
        name: str,
        *,
        uuid: str | None = None,
        rule: GivenBy = BY_HAND,
    ) -> bool:
        """Take active points; false, and nothing is taken, when there are fewer."""
        taken = spend(self.open(key).points, amount, self.now)
        if taken is None:
            return False
        self._subtract(key, amount, name, taken, uuid=uuid, rule=rule)
        return True

    def take_back(
        self, added: StoredTransaction, policy: ReturnPolicy, *, rule: GivenBy = BY_HAND
    ) -> Decimal:
        """Take back points that were added, as far as the policy allows; how much that is."""
        points = self.open(added.key).points
        lot = points.find(added.id) or added.lot
        taken = take_back(points, lot, added.amount, policy, self.now)
        if taken.amount:
            self._subtract(
                added.key, taken.amount, added.name, taken.parts, rule=rule, undoes=added.id, owed=taken.owed
            )
        return taken.amount

    def give_back(self, spent: StoredTransaction, *, rule: GivenBy = BY_HAND) -> list[Lot]:
        """Give back points that were spent: one addition for each lot that they came from, with its dates and its place in the order."""
        return [
            self.add(
                spent.key,
                amount,
                Life(lot.starts_at, lot.expires_at, lot.validity),
                spent.name,
                rule=rule,
                undoes=spent.id,
                awarded=lot.awarded,
            )
            for lot, amount in spent.took
        ]

    def move_ends(self, key: LedgerKey, ends: Mapping[str, datetime]) -> None:
        """Let lots end at other times, by their UUIDs; none ends before now."""
        row = self.open(key)
        for lot in row.points.lots:
            if lot.uuid in ends:
                lot.expires_at = max(ends[lot.uuid], self.now)
                self._changes.moved[lot.id] = key
        self._touched[key] = row

    def activate(self, key: LedgerKey, lot: Lot, life: Life) -> None:
        """Let points that waited for an action start now; they pay debts first."""
        row = self.open(key)
        lot.starts_at, lot.expires_at = life.starts_at, life.expires_at
        self._changes.moved[lot.id] = key
        self._settle(key, row)
        self._touched[key] = row

    def close(self) -> None:
        """Let the points that are active now decide about the tiers of the ledgers that were moved, and about joining."""
        for key, row in self._touched.items():
            followed = self._replays.get(key)
            if followed is not None:
                followed.weigh(row.points.active_at(self.now), self.now)
                self._keep_tier(key, row)
                self._join(key, row)

    def _subtract(
        self,
        key: LedgerKey,
        amount: Decimal,
        name: str,
        taken: Sequence[Taken],
        *,
        uuid: str | None = None,
        rule: GivenBy = BY_HAND,
        undoes: int | None = None,
        owed: Decimal = ZERO,
    ) -> None:
        made = Transaction(
            id=self._new_id(),
            key=key,
            uuid=uuid or self._new_uuid(),
            is_addition=False,
            amount=amount,
            name=name,
            origin=self.origin,
            rule=rule,
            undoes=undoes,
            owed=owed,
        )
        self._changes.transactions.append(made)
        owe(self._changes.ledgers[key].points, made.id, owed)
        self._note(
            key,
            [
                Allocation(subtraction_id=made.id, addition_id=lot.id, amount=part, created=self.now)
                for lot, part in taken
            ],
        )
        self._touched[key] = self._changes.ledgers[key]

    def _settle(self, key: LedgerKey, row: LedgerRow) -> None:
        self._note(key, row.points.settle(self.now))

    def _keep_tier(self, key: LedgerKey, row: LedgerRow) -> None:
        standing = self._replays[key].standing
        row.tier_id = None if standing.tier is None else standing.tier.id
        row.tier_since, row.tier_expires_at = standing.since, standing.expires_at

    def _join(self, key: LedgerKey, row: LedgerRow) -> None:
        """Let the holder join when the program says that points make members."""
        program = self._programs[key.program_id]
        joined = joined_by(program.join_policy, row.points, self.now)
        if joined is None or program.is_card_based:
            return
        main = self._changes.open(LedgerKey(*key.holder), self._loaded)
        if main.joined is None:
            main.joined = joined

    def _dates(self, key: LedgerKey, program: Program) -> Dates:
        main = LedgerKey(*key.holder)
        known = self._changes.ledgers.get(main) or self._loaded[POINTS][key.holder].get("")
        return Dates(
            joined=None if known is None else known.joined,
            attribute=self._members.attribute_of(key.holder, program),
        )

    def _note(self, key: LedgerKey, allocations: Iterable[Allocation]) -> None:
        changes = self._changes
        for made in allocations:
            changes.allocations.append((key, made))
            changes.moved[made.addition_id] = key
            changes.moved[made.subtraction_id] = key
