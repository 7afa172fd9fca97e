"""Creating referrals through the Integration API (behaviour/codes 13)."""

from __future__ import annotations

from tercel.features.codes.referrals import create
from tercel.features.codes.referrals.model import NewReferral, NewReferralsForMultipleAdvocates, Referral
from tercel.features.common.envelopes import Counted
from tercel.http.decoding.query import SilentQuery
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Referrals", "/v1", Access.INTEGRATION)


@api.post("createReferral", "/referrals", status=201)
async def create_referral(call: ApplicationCall[NewReferral]) -> Referral:
    """Create a referral code for an advocate."""
    return await create.create_referral(call.tx, call.scope, call.body)


@api.post("createReferralsForMultipleAdvocates", "/referrals_for_multiple_advocates", status=201)
async def create_referrals_for_multiple_advocates(
    call: ApplicationCall[NewReferralsForMultipleAdvocates, SilentQuery],
) -> Counted[Referral] | None:
    """Create referral codes for multiple advocates."""
    made = await create.create_referrals_for_multiple_advocates(call.tx, call.scope, call.body)
    return None if call.query.is_silent() else Counted(len(made), made)
