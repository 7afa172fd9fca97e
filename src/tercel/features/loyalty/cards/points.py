"""Points of cards: added and taken by hand, and read (behaviour/loyalty 10)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select

from tercel.base.errors import InvalidError
from tercel.database.tables.loyalty import loyalty_cards
from tercel.database.tables.points import loyalty_transactions
from tercel.database.transaction import Transaction
from tercel.features.common.filters import Moment, one_of
from tercel.features.loyalty.cards.links import lock_card
from tercel.features.loyalty.cards.listing import get_card
from tercel.features.loyalty.cards.model import LoyaltyCardProfileRegistration
from tercel.features.loyalty.points import manual
from tercel.features.loyalty.points.balances import LoyaltyBalance, balances_of
from tercel.features.loyalty.points.model import AddLoyaltyPoints, DeductLoyaltyPoints
from tercel.features.loyalty.points.transactions import TransactionFilter
from tercel.features.loyalty.scope import HolderScope, ProgramScope


class LoyaltyCardBalances(msgspec.Struct, kw_only=True, rename="camel"):
    """The balances of a card, and the customers who are linked with it."""

    balance: LoyaltyBalance
    subledger_balances: dict[str, LoyaltyBalance]
    profiles: list[LoyaltyCardProfileRegistration]


class CardBalancesQuery(msgspec.Struct, kw_only=True, rename="camel"):
    """Which balances: as of when, and of which subledgers beside the main ledger."""

    end_date: Moment | None = None
    subledger_id: list[str] | None = None


class CardTransactionFilter(TransactionFilter, kw_only=True, rename="camel"):
    """Which transactions of a card to list."""

    subledger_id: Annotated[list[str], one_of(loyalty_transactions.c.subledger)] | None = None  # type: ignore[assignment]  # cards take several


async def add_card_points(tx: Transaction, scope: HolderScope, given: AddLoyaltyPoints) -> None:
    """Add points to an active card.

    Raises:
        InvalidError: the card is not active, or with what is wrong about the points.
    """
    await _require_active(tx, scope)
    await manual.add_points(tx, scope, given)


async def deduct_card_points(tx: Transaction, scope: HolderScope, given: DeductLoyaltyPoints) -> None:
    """Take active points of an active card.

    Raises:
        InvalidError: the card is not active, there are fewer points, or with what is wrong about them.
    """
    await _require_active(tx, scope)
    await manual.deduct_points(tx, scope, given)


async def get_card_balances(
    tx: Transaction, scope: HolderScope, query: CardBalancesQuery
) -> LoyaltyCardBalances:
    """Return the balances of a card."""
    found = dict(await balances_of(tx, scope, query.end_date or scope.now))
    main, wanted = found.pop("", LoyaltyBalance()), query.subledger_id
    return LoyaltyCardBalances(
        balance=main,
        subledger_balances={name: balance for name, balance in found.items() if not wanted or name in wanted},
        profiles=(await get_card(tx, scope)).profiles,
    )


async def _require_active(tx: Transaction, scope: HolderScope) -> None:
    """Hold a card as it is until the commit, if it is active."""
    await lock_card(tx, scope)
    mine = (*ProgramScope.holds(scope, loyalty_cards), loyalty_cards.c.id == scope.holder_id)
    status = await tx.scalar(select(loyalty_cards.c.status).where(*mine))
    if status != "active":
        details = f"loyalty card `{scope.name}` is not active"
        raise InvalidError.parameter("loyaltyCardId", "state", details)
