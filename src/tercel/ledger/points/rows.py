"""Rows of ledgers of points, as they are loaded and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tercel.base.numbers import ZERO
from tercel.points.lots import Ledger, Lot


class Holder(NamedTuple):
    """Who has ledgers: a profile or a card in a program."""

    program_id: int
    holder_id: int


class LedgerKey(NamedTuple):
    """One ledger of a holder; the subledger of the main one is empty."""

    program_id: int
    holder_id: int
    subledger: str = ""

    @property
    def holder(self) -> Holder:
        """The holder."""
        return Holder(self.program_id, self.holder_id)


class LedgerRow(msgspec.Struct, kw_only=True):
    """A ledger with its lots. ``version`` is 0 of one that is not stored."""

    key: LedgerKey
    version: int = 0
    joined: datetime | None = None
    tier_id: int | None = None
    tier_since: datetime | None = None
    tier_expires_at: datetime | None = None
    points: Ledger

    def copy(self) -> LedgerRow:
        """Return a row that can be changed without changing this one."""
        return msgspec.structs.replace(self, points=self.points.copy())


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where transactions come from: ``source`` is manual, session or import."""

    source: str
    created: datetime
    application_id: int | None = None
    event_id: int | None = None
    session_id: int | None = None
    session_integration_id: str | None = None
    store_integration_id: str | None = None
    import_id: int | None = None
    user_id: int | None = None


class GivenBy(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that gave or took points."""

    campaign_id: int | None = None
    ruleset_id: int | None = None
    rule_name: str | None = None


BY_HAND = GivenBy()


class Transaction(msgspec.Struct, kw_only=True):
    """An addition or a subtraction to be written. ``undoes`` is the transaction that it takes or gives back."""

    id: int
    key: LedgerKey
    uuid: str
    is_addition: bool
    amount: Decimal
    name: str
    origin: Origin
    rule: GivenBy = BY_HAND
    undoes: int | None = None
    lot: Lot | None = None  # what an addition added
    owed: Decimal = ZERO  # what a subtraction owed when it was made

    @property
    def creates_debt(self) -> bool:
        """Tell whether a subtraction took more than there was."""
        return self.owed > 0


class StoredTransaction(msgspec.Struct, kw_only=True):
    """A transaction of a session. ``lot`` is what an addition added; ``took`` what a subtraction took of each lot."""

    id: int
    key: LedgerKey
    uuid: str
    amount: Decimal
    name: str
    lot: Lot
    took: list[tuple[Lot, Decimal]] = []


def lot_columns(alias: str) -> str:
    """Return the select list of a lot."""
    return ", ".join(f"{alias}.{name}" for name in Lot.__struct_fields__)


def lot_from(values: Sequence[object]) -> Lot:
    """Return the lot of a row that was selected by ``lot_columns``."""
    return msgspec.convert(dict(zip(Lot.__struct_fields__, values, strict=True)), Lot)
