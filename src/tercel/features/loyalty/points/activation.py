"""Activate points that wait for an action, and forget transactions (behaviour/loyalty 3)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import Row, select

from tercel.base import limits
from tercel.base.errors import InvalidError, Problem
from tercel.base.numbers import tidy
from tercel.database.tables.customers import profiles
from tercel.database.tables.points import loyalty_transactions
from tercel.database.transaction import Transaction
from tercel.features.loyalty.points.manual import manual_origin
from tercel.features.loyalty.scope import HolderScope, ProgramScope
from tercel.ledger.points.deleting import forget_transactions
from tercel.ledger.points.direct import open_book
from tercel.ledger.points.rows import Holder, LedgerKey
from tercel.points.life import activated
from tercel.points.lots import Lot

_TABLE = loyalty_transactions
_Uuids = Annotated[list[str], Meta(min_length=1, max_length=limits.ACTIVATED_MAX)]


class ActivateLoyaltyPoints(msgspec.Struct, kw_only=True, rename="camel"):
    """Which points to activate: transactions, or all that wait of a session."""

    transaction_uuids: _Uuids | None = msgspec.field(name="transactionUUIDs", default=None)
    session_id: str | None = None


class LoyaltyLedgerEntry(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """An entry of a ledger."""

    created: datetime
    program_id: int = msgspec.field(name="programID")
    customer_profile_id: str | None = msgspec.field(name="customerProfileID", default=None)
    customer_session_id: str | None = msgspec.field(name="customerSessionID", default=None)
    event_id: int | None = msgspec.field(name="eventID", default=None)
    type: str
    amount: Decimal
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    name: str
    subledger_id: str = msgspec.field(name="subLedgerID")
    user_id: int | None = msgspec.field(name="userID", default=None)


class ActivatedLoyaltyPoints(msgspec.Struct, kw_only=True, rename="camel"):
    """The additions that were activated."""

    ledger_entries: list[LoyaltyLedgerEntry]


class DeleteLoyaltyTransactions(msgspec.Struct, kw_only=True, rename="camel"):
    """Which ledgers to empty. The empty subledger is the main ledger."""

    scope: Literal["AllSubledgers", "SelectedSubledgers"]
    subledger_ids: Annotated[list[str], Meta(max_length=limits.ACTIVATED_MAX)] | None = None


async def activate_points(
    tx: Transaction, scope: ProgramScope, which: ActivateLoyaltyPoints
) -> ActivatedLoyaltyPoints:
    """Let waiting points start now.

    Raises:
        InvalidError: both or neither of the members are given, or a transaction does not wait.
    """
    if (which.transaction_uuids is None) == (which.session_id is None):
        details = "give either `transactionUUIDs` or `sessionId`"
        raise InvalidError.at("/transactionUUIDs", "not", details)
    rows = await _waiting(tx, scope, which)
    keys = sorted({LedgerKey(row.program_id, row.holder_id, row.subledger) for row in rows})
    if not keys:
        return ActivatedLoyaltyPoints(ledger_entries=[])
    lots: list[tuple[Row[Any], Lot]] = []
    async with open_book(
        await tx.driver_connection(), scope.account_id, scope.program, keys, manual_origin(scope, None)
    ) as book:
        for row in rows:
            key = LedgerKey(row.program_id, row.holder_id, row.subledger)
            lot = book.open(key).points.find(row.id)
            if lot is not None and lot.starts_at is None:
                book.activate(key, lot, activated(scope.now, scope.program.zone, lot.validity))
                lots.append((row, lot))
    return ActivatedLoyaltyPoints(ledger_entries=[_entry(row, lot) for row, lot in lots])


async def delete_transactions(tx: Transaction, scope: HolderScope, which: DeleteLoyaltyTransactions) -> None:
    """Forget the transactions of ledgers of a customer.

    Raises:
        InvalidError: no ledger is named where some are to be.
    """
    chosen = None
    if which.scope == "SelectedSubledgers":
        chosen = which.subledger_ids
        if not chosen:
            raise InvalidError.at(
                "/subledgerIds", "required", "name the subledgers; the empty one is the main ledger"
            )
    holder = Holder(scope.program.id, scope.holder_id)
    await forget_transactions(await tx.driver_connection(), scope.account_id, holder, chosen)


async def _waiting(tx: Transaction, scope: ProgramScope, which: ActivateLoyaltyPoints) -> list[Row[Any]]:
    uuids = which.transaction_uuids
    chosen = (
        _TABLE.c.uuid.in_(uuids)
        if uuids is not None
        else (_TABLE.c.session_integration_id == which.session_id)
        & (_TABLE.c.application_id == scope.caller.application_id)
    )
    statement = (
        select(_TABLE, profiles.c.integration_id.label("holder"))
        .outerjoin(
            profiles,
            (profiles.c.account_id == scope.account_id) & (profiles.c.id == _TABLE.c.holder_id),
        )
        .where(*scope.holds(_TABLE), chosen, _TABLE.c.is_addition)
        .order_by(_TABLE.c.id)
    )
    rows = [
        row
        for row in await tx.all(statement)
        if row.starts_at is None and row.remaining and (row.expires_at is None or row.expires_at > scope.now)
    ]
    waiting = {row.uuid for row in rows}
    problems = [
        Problem(
            title="Unknown",
            details=f"no points wait under `{uuid}`",
            pointer=f"/transactionUUIDs/{place}",
        )
        for place, uuid in enumerate(uuids or ())
        if uuid not in waiting
    ]
    if problems:
        raise InvalidError(*problems[: limits.CHECK_ERRORS_MAX])
    return rows


def _entry(row: Row[Any], lot: Lot) -> LoyaltyLedgerEntry:
    return LoyaltyLedgerEntry(
        created=row.created,
        program_id=row.program_id,
        customer_profile_id=row.holder,
        customer_session_id=row.session_integration_id,
        event_id=row.event_id,
        type="addition",
        amount=tidy(row.amount),
        start_date=lot.starts_at,
        expiry_date=lot.expires_at,
        name=row.name,
        subledger_id=row.subledger,
        user_id=row.user_id,
    )
