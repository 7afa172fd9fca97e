"""Customer profiles of the Integration API."""

from __future__ import annotations

import msgspec

from tercel.features.profiles.answer import ProfileState, ProfileStates
from tercel.features.profiles.bulk import UpdateProfiles
from tercel.features.profiles.model import BulkRequest, ProfileRequest
from tercel.features.profiles.update import UpdateProfile
from tercel.http.integration.campaigns import with_campaigns
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.identifiers import identifier
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import SilentQuery


class ProfileQuery(msgspec.Struct, rename="camel"):
    """Whether to run the rules, and whether only to look."""

    run_rule_engine: bool = False
    dry: bool = False


@operation(
    "updateCustomerProfileV2",
    "PUT",
    "/v2/customer_profiles/{integrationId}",
    Access.INTEGRATION,
    body=ProfileRequest,
    query=ProfileQuery,
    answer=ProfileState,
    tag="Customer profiles",
    is_idempotent=True,
)
async def update_customer_profile(call: Call) -> Raw:
    """Create or update a customer profile, and on demand run the rules for it."""
    request: ProfileRequest = call.body
    command = UpdateProfile(
        call.caller,
        identifier(call, "integrationId"),
        request,
        now=call.now,
        runs_rules=call.query.run_rule_engine or call.caller.is_testing,
        is_dry=call.query.dry or call.caller.is_testing,
        idempotency_key=call.idempotency_key,
    )
    answer = await call.services.pipeline.submit(command)
    answer = await with_campaigns(call, answer, request.response_content)
    return Raw(answer.body, status=answer.status)


@operation(
    "updateCustomerProfilesV2",
    "PUT",
    "/v2/customer_profiles",
    Access.INTEGRATION,
    body=BulkRequest,
    query=SilentQuery,
    answer=ProfileStates,
    tag="Customer profiles",
    is_idempotent=True,
)
async def update_customer_profiles(call: Call) -> Raw:
    """Create or update many customer profiles, without running the rules."""
    command = UpdateProfiles(
        call.caller,
        call.body,
        now=call.now,
        is_dry=call.caller.is_testing,
        is_silent=call.query.is_silent(),
        idempotency_key=call.idempotency_key,
    )
    answer = await call.services.pipeline.submit(command)
    return Raw(answer.body, status=answer.status)


OPERATIONS = [update_customer_profile, update_customer_profiles]
