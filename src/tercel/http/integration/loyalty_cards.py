"""Loyalty cards for shops: made, and linked with customers."""

from __future__ import annotations

from tercel.features.loyalty.cards.create import generate_card
from tercel.features.loyalty.cards.links import link_profile, unlink_profile
from tercel.features.loyalty.cards.model import GenerateLoyaltyCard, LoyaltyCard, LoyaltyCardRegistration
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
