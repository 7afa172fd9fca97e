"""Points of customers for shops: joining, balances, transactions and what is left of them."""

from __future__ import annotations

from tercel.features.common.envelopes import Uncounted
from tercel.features.common.listing import Paged, ShortPaging
from tercel.features.loyalty.points import activation
from tercel.features.loyalty.points.activation import (
    ActivatedLoyaltyPoints,
    ActivateLoyaltyPoints,
    DeleteLoyaltyTransactions,
)
from tercel.features.loyalty.points.balances import BalancesQuery, LoyaltyBalances, get_balances
from tercel.features.loyalty.points.members import ensure_member, join_program
from tercel.features.loyalty.points.model import LoyaltyPoints, LoyaltyTransaction
from tercel.features.loyalty.points.transactions import (
    OWN_POINTS,
    OWN_TRANSACTIONS,
    PointsFilter,
    TransactionFilter,
)
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.program_calls import MemberCall, ProgramCall

api = Operations("Loyalty", "/v1/loyalty_programs/{loyaltyProgramId}", Access.INTEGRATION)


@api.post("joinLoyaltyProgram", "/profile/{integrationId}/join")
async def join_loyalty_program(call: ProgramCall) -> None:
    """Let a customer join a program."""
    scope = await ensure_member(call.tx, call.scope, call.identifier("integrationId"))
    await join_program(call.tx, scope)


@api.post("activateLoyaltyPoints", "/activate_points")
async def activate_loyalty_points(call: ProgramCall[ActivateLoyaltyPoints]) -> ActivatedLoyaltyPoints:
    """Activate points that wait for an action."""
    return await activation.activate_points(call.tx, call.scope, call.body)


@api.post("deleteLoyaltyTransactionsFromLedgers", "/profile/{integrationId}/delete_transactions")
async def delete_loyalty_transactions_from_ledgers(call: MemberCall[DeleteLoyaltyTransactions]) -> None:
    """Delete the transactions of a customer."""
    await activation.delete_transactions(call.tx, call.scope, call.body)


@api.get("getLoyaltyBalances", "/profile/{integrationId}/balances")
async def get_loyalty_balances(call: MemberCall[None, BalancesQuery]) -> LoyaltyBalances:
    """Get the balances of a customer."""
    return await get_balances(call.tx, call.scope, call.query)


@api.get("getLoyaltyProgramProfileTransactions", "/profile/{integrationId}/transactions")
async def get_loyalty_program_profile_transactions(
    call: MemberCall[None, Paged[TransactionFilter, ShortPaging]],
) -> Uncounted[LoyaltyTransaction]:
    """List the transactions of a customer."""
    return await OWN_TRANSACTIONS.uncounted(call.tx, call.scope, call.query)


@api.get("getLoyaltyProgramProfilePoints", "/profile/{integrationId}/points")
async def get_loyalty_program_profile_points(
    call: MemberCall[None, Paged[PointsFilter, ShortPaging]],
) -> Uncounted[LoyaltyPoints]:
    """List what is left of the points of a customer."""
    return await OWN_POINTS.uncounted(call.tx, call.scope, call.query)
