"""Loyalty cards: made in batches, read, changed, handed on and deleted."""

from __future__ import annotations

from tercel.features.common.envelopes import Uncounted
from tercel.features.common.listing import Paged, ShortPaging
from tercel.features.loyalty.cards import points, service
from tercel.features.loyalty.cards.create import create_batch
from tercel.features.loyalty.cards.listing import CARDS, CardFilter, get_card
from tercel.features.loyalty.cards.model import (
    LoyaltyCard,
    LoyaltyCardBatch,
    LoyaltyCardBatchResponse,
    TransferLoyaltyCard,
    UpdateLoyaltyCard,
)
from tercel.features.loyalty.cards.points import CardTransactionFilter
from tercel.features.loyalty.points.model import AddLoyaltyPoints, DeductLoyaltyPoints, LoyaltyTransaction
from tercel.features.loyalty.points.transactions import CARD_TRANSACTIONS
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.program_calls import CardCall, ProgramCall

api = Operations("Loyalty cards", "/v1/loyalty_programs/{loyaltyProgramId}/cards", Access.MANAGEMENT)


@api.post("createBatchLoyaltyCards", "/batch")
async def create_batch_loyalty_cards(call: ProgramCall[LoyaltyCardBatch]) -> LoyaltyCardBatchResponse:
    """Make up to 20,000 loyalty cards."""
    return await create_batch(call.tx, call.scope, call.body)


@api.get("getLoyaltyCards")
async def get_loyalty_cards(call: ProgramCall[None, Paged[CardFilter]]) -> Uncounted[LoyaltyCard]:
    """List the loyalty cards of a program."""
    return await CARDS.uncounted(call.tx, call.scope, call.query)


@api.get("getLoyaltyCard", "/{loyaltyCardId}")
async def get_loyalty_card(call: CardCall) -> LoyaltyCard:
    """Get a loyalty card."""
    return await get_card(call.tx, call.scope)


@api.put("updateLoyaltyCard", "/{loyaltyCardId}")
async def update_loyalty_card(call: CardCall[UpdateLoyaltyCard]) -> LoyaltyCard:
    """Update the status or the attributes of a loyalty card."""
    return await service.update_card(call.tx, call.scope, call.body)


@api.delete("deleteLoyaltyCard", "/{loyaltyCardId}")
async def delete_loyalty_card(call: CardCall) -> None:
    """Delete a loyalty card with its points."""
    await service.delete_card(call.tx, call.scope)


@api.put("transferLoyaltyCard", "/{loyaltyCardId}/transfer")
async def transfer_loyalty_card(call: CardCall[TransferLoyaltyCard]) -> None:
    """Let a loyalty card go on under another identifier."""
    await service.transfer_card(call.tx, call.scope, call.body)


@api.put("addLoyaltyCardPoints", "/{loyaltyCardId}/add_points")
async def add_loyalty_card_points(call: CardCall[AddLoyaltyPoints]) -> None:
    """Add points to a loyalty card."""
    await points.add_card_points(call.tx, call.scope, call.body)


@api.put("deductLoyaltyCardPoints", "/{loyaltyCardId}/deduct_points")
async def deduct_loyalty_card_points(call: CardCall[DeductLoyaltyPoints]) -> None:
    """Deduct points from a loyalty card."""
    await points.deduct_card_points(call.tx, call.scope, call.body)


@api.get("getLoyaltyCardTransactionLogs", "/{loyaltyCardId}/logs")
async def get_loyalty_card_transaction_logs(
    call: CardCall[None, Paged[CardTransactionFilter, ShortPaging]],
) -> Uncounted[LoyaltyTransaction]:
    """List the transactions of a loyalty card."""
    return await CARD_TRANSACTIONS.uncounted(call.tx, call.scope, call.query)
