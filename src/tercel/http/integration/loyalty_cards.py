"""Loyalty cards for shops: made, and linked with customers."""

from __future__ import annotations

from tercel.features.common.envelopes import Uncounted
from tercel.features.common.listing import Paged, ShortPaging
from tercel.features.loyalty.cards.create import generate_card
from tercel.features.loyalty.cards.links import link_profile, unlink_profile
from tercel.features.loyalty.cards.model import GenerateLoyaltyCard, LoyaltyCard, LoyaltyCardRegistration
from tercel.features.loyalty.cards.points import (
    CardBalancesQuery,
    CardTransactionFilter,
    LoyaltyCardBalances,
    get_card_balances,
)
from tercel.features.loyalty.points.model import LoyaltyPoints, LoyaltyTransaction
from tercel.features.loyalty.points.transactions import OWN_POINTS, OWN_TRANSACTIONS, PointsFilter
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.program_calls import CardCall, ProgramCall

_CARD = "/v2/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}"
api = Operations("Loyalty cards", "/v1/loyalty_programs/{loyaltyProgramId}/cards", Access.INTEGRATION)


@api.post("generateLoyaltyCard")
async def generate_loyalty_card(call: ProgramCall[GenerateLoyaltyCard]) -> LoyaltyCard:
    """Make a loyalty card."""
    return await generate_card(call.tx, call.scope, call.body)


@api.post("linkLoyaltyCardToProfile", f"{_CARD}/link_profile")
async def link_loyalty_card_to_profile(call: CardCall[LoyaltyCardRegistration]) -> LoyaltyCard:
    """Link a customer with a loyalty card."""
    return await link_profile(call.tx, call.scope, call.body.integration_id)


@api.post("unlinkLoyaltyCardFromProfile", f"{_CARD}/unlink_profile")
async def unlink_loyalty_card_from_profile(call: CardCall[LoyaltyCardRegistration]) -> LoyaltyCard:
    """Take a customer from a loyalty card."""
    return await unlink_profile(call.tx, call.scope, call.body.integration_id)


@api.get("getLoyaltyCardBalances", "/{loyaltyCardId}/balances")
async def get_loyalty_card_balances(call: CardCall[None, CardBalancesQuery]) -> LoyaltyCardBalances:
    """Get the balances of a loyalty card."""
    return await get_card_balances(call.tx, call.scope, call.query)


@api.get("getLoyaltyCardTransactions", "/{loyaltyCardId}/transactions")
async def get_loyalty_card_transactions(
    call: CardCall[None, Paged[CardTransactionFilter, ShortPaging]],
) -> Uncounted[LoyaltyTransaction]:
    """List the transactions of a loyalty card."""
    return await OWN_TRANSACTIONS.uncounted(call.tx, call.scope, call.query)


@api.get("getLoyaltyCardPoints", "/{loyaltyCardId}/points")
async def get_loyalty_card_points(
    call: CardCall[None, Paged[PointsFilter, ShortPaging]],
) -> Uncounted[LoyaltyPoints]:
    """List what is left of the points of a loyalty card."""
    return await OWN_POINTS.uncounted(call.tx, call.scope, call.query)
