"""Integration keys (behaviour/access 3)."""

from __future__ import annotations

from tercel.features.access.keys import integration
from tercel.features.access.keys.listing import APPLICATION_KEYS
from tercel.features.access.keys.model import (
    ApplicationAPIKey,
    CreateApplicationAPIKey,
    UpdateApplicationAPIKey,
)
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("API keys", "/v1/applications/{applicationId}/apikeys", Access.ADMIN)


@api.post("createApplicationAPIKey", status=201)
async def create_application_api_key(call: ApplicationCall[CreateApplicationAPIKey]) -> ApplicationAPIKey:
    """Create an integration key; its value is shown only now."""
    return await integration.create_application_key(call.tx, call.scope, call.body, now=call.services.clock())


@api.get("getApplicationAPIKeys")
async def get_application_api_keys(call: ApplicationCall[None, Paged]) -> Counted[ApplicationAPIKey]:
    """List the integration keys of an application."""
    return await APPLICATION_KEYS.counted(call.tx, call.scope, call.query)


@api.put("updateApplicationAPIKey", "/{keyId}")
async def update_application_api_key(call: ApplicationCall[UpdateApplicationAPIKey]) -> ApplicationAPIKey:
    """Update the time offset of an integration key."""
    return await integration.update_application_key(call.tx, call.application_id, call.id("keyId"), call.body)


@api.delete("deleteApplicationAPIKey", "/{keyId}")
async def delete_application_api_key(call: ApplicationCall) -> None:
    """Delete an integration key."""
    await integration.delete_application_key(
        call.tx, call.caller.account_id, call.id("keyId"), application_id=call.application_id
    )
