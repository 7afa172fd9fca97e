"""Creating referrals through the Integration API (integration.md 7.7)."""

from __future__ import annotations

from tercel.base.errors import ForbiddenError
from tercel.features.codes.make import secure_choices
from tercel.features.common.caller import Caller
from tercel.features.referrals import create
from tercel.features.referrals.model import NewReferral, NewReferralsForMultipleAdvocates, Referral
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import SilentQuery

_TAG = "Referrals"


@operation(
    "createReferral",
    "POST",
    "/v1/referrals",
    Access.INTEGRATION,
    body=NewReferral,
    status=201,
    answer=Referral,
    tag=_TAG,
)
async def create_referral(call: Call) -> Referral:
    """Create a referral code for an advocate."""
    application_id = _application(call.caller)
    async with call.transaction() as tx:
        return await create.create_referral(
            tx,
            application_id,
            call.body,
            sandbox=call.caller.sandbox,
            now=call.now,
            choices=secure_choices,
        )


@operation(
    "createReferralsForMultipleAdvocates",
    "POST",
    "/v1/referrals_for_multiple_advocates",
    Access.INTEGRATION,
    body=NewReferralsForMultipleAdvocates,
    query=SilentQuery,
    status=201,
    answer=Counted[Referral],
    tag=_TAG,
)
async def create_referrals_for_multiple_advocates(call: Call) -> Counted[Referral] | None:
    """Create referral codes for multiple advocates."""
    application_id = _application(call.caller)
    async with call.transaction() as tx:
        made = await create.create_referrals_for_multiple_advocates(
            tx,
            application_id,
            call.body,
            sandbox=call.caller.sandbox,
            now=call.now,
            choices=secure_choices,
        )
    return None if call.query.is_silent() else Counted(len(made), made)


def _application(caller: Caller) -> int:
    """The key's application; a testing key is for dry requests, and these are none."""
    assert caller.application_id is not None, "integration keys belong to an application"
    if caller.is_testing:
        raise ForbiddenError("a testing key cannot create referrals: use a key of another type")
    return caller.application_id


OPERATIONS = [create_referral, create_referrals_for_multiple_advocates]
