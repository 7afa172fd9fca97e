"""Lists of transactions, and of what is left of additions (behaviour/loyalty 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from tercel.base.durations import IMMEDIATE, ON_ACTION, UNLIMITED
from tercel.base.errors import InvalidError
from tercel.base.numbers import tidy
from tercel.database.tables.accounts import users
from tercel.database.tables.customers import profiles
from tercel.database.tables.loyalty import loyalty_cards
from tercel.database.tables.points import loyalty_transactions
from tercel.database.transaction import Transaction
from tercel.features.common.filters import Filter, Moment, equals, one_of, since, until
from tercel.features.common.listing import Listing, each, sortable
from tercel.features.common.scope import Scope
from tercel.features.loyalty.points.model import (
    LoyaltyLedgerEntryFlags,
    LoyaltyPoints,
    LoyaltyTransaction,
    Source,
)
from tercel.features.loyalty.scope import HolderScope, ProgramScope

_TABLE = loyalty_transactions


def _waits(now: datetime) -> ColumnElement[bool]:
    """Return the condition of additions that wait for an action."""
    return and_(_TABLE.c.is_addition, _TABLE.c.starts_at.is_(None), _not_over(now))


def _not_over(now: datetime) -> ColumnElement[bool]:
    return or_(_TABLE.c.expires_at.is_(None), _TABLE.c.expires_at > now)


class TransactionFilter(Filter, kw_only=True, rename="camel"):
    """Which transactions to list. The empty subledger is the main ledger; the interval of their creation is half-open."""

    loyalty_transaction_type: Annotated[Source, equals(_TABLE.c.source)] | None = None
    subledger_id: Annotated[str, equals(_TABLE.c.subledger)] | None = None
    customer_session_ids: Annotated[list[str], one_of(_TABLE.c.session_integration_id)] | None = (
        msgspec.field(name="customerSessionIDs", default=None)
    )
    transaction_uuids: Annotated[list[str], one_of(_TABLE.c.uuid)] | None = msgspec.field(
        name="transactionUUIDs", default=None
    )
    start_date: Annotated[Moment, since(_TABLE.c.created)] | None = None
    end_date: Annotated[Moment, until(_TABLE.c.created)] | None = None
    awaits_activation: bool | None = None

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        if self.awaits_activation is False:
            details = "only `true` is accepted, which lists what waits for an action"
            raise InvalidError.parameter("awaitsActivation", "enum", details)
        if self.awaits_activation:
            yield _waits(scope.now)


class PointsFilter(Filter, kw_only=True, rename="camel"):
    """Which additions to list with what is left of them."""

    status: Literal["active", "pending", "expired"] = "active"
    subledger_id: Annotated[list[str], one_of(_TABLE.c.subledger)] | None = None
    customer_session_ids: Annotated[list[str], one_of(_TABLE.c.session_integration_id)] | None = (
        msgspec.field(name="customerSessionIDs", default=None)
    )
    transaction_uuids: Annotated[list[str], one_of(_TABLE.c.uuid)] | None = msgspec.field(
        name="transactionUUIDs", default=None
    )

    def conditions(self, scope: Scope) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(scope)
        yield _TABLE.c.is_addition
        yield _TABLE.c.remaining > 0
        yield state_of(self.status, scope.now)


def state_of(status: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition of additions that are active, pending or expired at a moment."""
    match status:
        case "active":
            return and_(_TABLE.c.starts_at <= now, _not_over(now))
        case "pending":
            return and_(or_(_TABLE.c.starts_at.is_(None), _TABLE.c.starts_at > now), _not_over(now))
        case _:
            return _TABLE.c.expires_at <= now


def _select(scope: ProgramScope) -> Select[Any]:
    table, name = (
        (loyalty_cards, loyalty_cards.c.identifier)
        if scope.program.is_card_based
        else (profiles, profiles.c.integration_id)
    )
    return (
        select(_TABLE, name.label("holder"), users.c.email)
        .outerjoin(table, and_(table.c.account_id == scope.account_id, table.c.id == _TABLE.c.holder_id))
        .outerjoin(users, users.c.id == _TABLE.c.user_id)
        .where(*scope.holds(_TABLE))
    )


def _select_own(scope: HolderScope) -> Select[Any]:
    return select(_TABLE).where(*scope.holds(_TABLE))


def _shown(row: Row[Any]) -> LoyaltyTransaction:
    """Return a transaction as the lists of a holder show it to shops."""
    return LoyaltyTransaction(
        id=row.id,
        transaction_uuid=row.uuid,
        created=row.created,
        program_id=row.program_id,
        customer_session_id=row.session_integration_id,
        store_integration_id=row.store_integration_id,
        type=type_of(row),
        name=row.name,
        start_date=start_word(row),
        expiry_date=end_word(row),
        subledger_id=row.subledger,
        amount=tidy(row.amount),
        ruleset_id=row.ruleset_id,
        rule_name=row.rule_name,
        flags=flags_of(row),
        validity_duration=row.validity if row.starts_at is None else None,
    )


async def _of_program(
    _tx: Transaction, rows: Sequence[Row[Any]], scope: ProgramScope
) -> list[LoyaltyTransaction]:
    found = []
    for row in rows:
        made = _shown(row)
        made.store_integration_id = None
        made.campaign_id = row.campaign_id
        made.import_id = row.import_id
        made.user_id, made.user_email = row.user_id, row.email
        if scope.program.is_card_based:
            made.card_identifier = row.holder
        else:
            made.customer_profile_id = row.holder
        found.append(made)
    return found


async def _of_holder(
    _tx: Transaction, rows: Sequence[Row[Any]], scope: HolderScope
) -> list[LoyaltyTransaction]:
    found = [_shown(row) for row in rows]
    if scope.program.is_card_based:
        for made in found:
            made.card_identifier = scope.name
    return found


async def _of_card(tx: Transaction, rows: Sequence[Row[Any]], scope: HolderScope) -> list[LoyaltyTransaction]:
    found = await _of_holder(tx, rows, scope)
    for row, made in zip(rows, found, strict=True):
        made.application_id, made.session_id = row.application_id, row.session_id
    return found


def _left(row: Row[Any]) -> LoyaltyPoints:
    return LoyaltyPoints(
        id=row.id,
        transaction_uuid=row.uuid,
        created=row.created,
        program_id=row.program_id,
        customer_session_id=row.session_integration_id,
        name=row.name,
        start_date=start_word(row),
        expiry_date=end_word(row),
        subledger_id=row.subledger,
        amount=tidy(row.remaining),
        validity_duration=row.validity if row.starts_at is None else None,
    )


def type_of(row: Row[Any]) -> Literal["addition", "subtraction"]:
    """Return what a transaction is."""
    return "addition" if row.is_addition else "subtraction"


def flags_of(row: Row[Any]) -> LoyaltyLedgerEntryFlags | None:
    """Return what is special about a transaction."""
    return LoyaltyLedgerEntryFlags(creates_negative_balance=True) if row.creates_debt else None


def start_of(row: Row[Any]) -> datetime | str:
    """Return when a transaction starts, or the word for it."""
    if row.starts_at is None:
        return ON_ACTION
    is_at_once = not row.is_addition or row.starts_at <= row.created
    return IMMEDIATE if is_at_once else row.starts_at


def end_of(row: Row[Any]) -> datetime | str:
    """Return when a transaction ends, or the word for it."""
    return UNLIMITED if row.expires_at is None else row.expires_at


def start_word(row: Row[Any]) -> str:
    """Return when a transaction starts, as lists say it."""
    return _word(start_of(row))


def end_word(row: Row[Any]) -> str:
    """Return when a transaction ends, as lists say it."""
    return _word(end_of(row))


def _word(moment: datetime | str) -> str:
    return str(msgspec.to_builtins(moment))


#: Of a program, newest first.
TRANSACTIONS: Listing[ProgramScope, LoyaltyTransaction] = Listing(
    select=_select,
    answer=_of_program,
    key=_TABLE.c.id,
    sort=sortable(_TABLE, "id", "created", "amount"),
    order=[_TABLE.c.created.desc(), _TABLE.c.id.desc()],
)
#: Of a holder, newest first.
OWN_TRANSACTIONS: Listing[HolderScope, LoyaltyTransaction] = Listing(
    select=_select_own,
    answer=_of_holder,
    key=_TABLE.c.id,
    sort=sortable(_TABLE, "id", "created", "amount"),
    order=[_TABLE.c.created.desc(), _TABLE.c.id.desc()],
)
#: Of a card, newest first, with internal ids.
CARD_TRANSACTIONS: Listing[HolderScope, LoyaltyTransaction] = replace(OWN_TRANSACTIONS, answer=_of_card)
#: What is left of additions to a holder.
OWN_POINTS: Listing[HolderScope, LoyaltyPoints] = Listing(
    select=_select_own,
    answer=each(_left),
    key=_TABLE.c.id,
    sort={"startDate": _TABLE.c.starts_at, "expiryDate": _TABLE.c.expires_at},
    order=[_TABLE.c.created.desc(), _TABLE.c.id.desc()],
)
