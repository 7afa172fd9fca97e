"""Points of customers: added and taken by hand, and read."""

from __future__ import annotations

from tercel.features.common.envelopes import Uncounted
from tercel.features.common.listing import Paged, ShortPaging
from tercel.features.loyalty.points import manual
from tercel.features.loyalty.points.balances import BalancesQuery, LoyaltyBalances, get_balances
from tercel.features.loyalty.points.members import ensure_member
from tercel.features.loyalty.points.model import AddLoyaltyPoints, DeductLoyaltyPoints, LoyaltyTransaction
from tercel.features.loyalty.points.transactions import (
    OWN_TRANSACTIONS,
    TRANSACTIONS,
    TransactionFilter,
)
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.program_calls import MemberCall, ProgramCall

api = Operations("Loyalty", "/v1/loyalty_programs/{loyaltyProgramId}", Access.MANAGEMENT)


@api.put("addLoyaltyPoints", "/profile/{integrationId}/add_points")
async def add_loyalty_points(call: ProgramCall[AddLoyaltyPoints]) -> None:
    """Add points to a customer."""
    scope = await ensure_member(call.tx, call.scope, call.identifier("integrationId"))
    await manual.add_points(call.tx, scope, call.body)


@api.put("removeLoyaltyPoints", "/profile/{integrationId}/deduct_points")
async def remove_loyalty_points(call: MemberCall[DeductLoyaltyPoints]) -> None:
    """Deduct points from a customer."""
    await manual.deduct_points(call.tx, call.scope, call.body)


@api.get("getLoyaltyLedgerBalances", "/profile/{integrationId}/ledger_balances")
async def get_loyalty_ledger_balances(call: MemberCall[None, BalancesQuery]) -> LoyaltyBalances:
    """Get the balances of a customer."""
    return await get_balances(call.tx, call.scope, call.query)


@api.get("getLoyaltyProgramTransactions", "/transactions")
async def get_loyalty_program_transactions(
    call: ProgramCall[None, Paged[TransactionFilter, ShortPaging]],
) -> Uncounted[LoyaltyTransaction]:
    """List the transactions of a program."""
    return await TRANSACTIONS.uncounted(call.tx, call.scope, call.query)


@api.get("getLoyaltyProgramProfileLedgerTransactions", "/profile/{integrationId}/ledger_transactions")
async def get_loyalty_program_profile_ledger_transactions(
    call: MemberCall[None, Paged[TransactionFilter, ShortPaging]],
) -> Uncounted[LoyaltyTransaction]:
    """List the transactions of a customer."""
    return await OWN_TRANSACTIONS.uncounted(call.tx, call.scope, call.query)
