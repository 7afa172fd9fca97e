"""Customer profiles of the Integration API."""

from __future__ import annotations

import msgspec

from tercel.features.engine.profiles.answer import ProfileState, ProfileStates
from tercel.features.engine.profiles.bulk import UpdateProfiles
from tercel.features.engine.profiles.model import BulkRequest, ProfileRequest
from tercel.features.engine.profiles.update import UpdateProfile
from tercel.http.decoding.query import SilentQuery
from tercel.http.integration.commands import submit
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer profiles", "/v2/customer_profiles", Access.INTEGRATION)


class ProfileQuery(msgspec.Struct, rename="camel"):
    """Whether to run the rules, and whether only to look."""

    run_rule_engine: bool = False
    dry: bool = False


@api.put("updateCustomerProfileV2", "/{integrationId}", is_idempotent=True)
async def update_customer_profile(call: Call[ProfileRequest, ProfileQuery]) -> Raw[ProfileState]:
    """Create or update a customer profile, and on demand run the rules for it."""
    command = UpdateProfile(
        call.caller,
        call.identifier("integrationId"),
        call.body,
        now=call.now,
        runs_rules=call.query.run_rule_engine or call.caller.is_testing,
        is_dry=call.query.dry or call.caller.is_testing,
        idempotency_key=call.idempotency_key,
    )
    return await submit(call, command, call.body.response_content)


@api.put("updateCustomerProfilesV2", is_idempotent=True)
async def update_customer_profiles(call: Call[BulkRequest, SilentQuery]) -> Raw[ProfileStates]:
    """Create or update many customer profiles, without running the rules."""
    command = UpdateProfiles(
        call.caller,
        call.body,
        now=call.now,
        is_dry=call.caller.is_testing,
        is_silent=call.query.is_silent(),
        idempotency_key=call.idempotency_key,
    )
    return await submit(call, command)
