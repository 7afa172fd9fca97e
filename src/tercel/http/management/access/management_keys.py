"""Management keys (behaviour/access 2)."""

from __future__ import annotations

from tercel.features.access.keys import management
from tercel.features.access.keys.listing import MANAGEMENT_KEYS
from tercel.features.access.keys.model import CreateManagementKey, ManagementKey, UpdateManagementKey
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("API keys", "/v1/management_keys", Access.ADMIN)


@api.post("createManagementKey", status=201)
async def create_management_key(call: AccountCall[CreateManagementKey]) -> ManagementKey:
    """Create a management key; its value is shown only now."""
    known, now = call.services.endpoints, call.services.clock()
    return await management.create_management_key(call.tx, call.caller, call.body, known=known, now=now)


@api.get("getManagementKeys")
async def get_management_keys(call: AccountCall[None, Paged]) -> Counted[ManagementKey]:
    """List the management keys of the account."""
    return await MANAGEMENT_KEYS.counted(call.tx, call.scope, call.query)


@api.put("updateManagementKey", "/{keyId}")
async def update_management_key(call: AccountCall[UpdateManagementKey]) -> ManagementKey:
    """Update a management key."""
    known, key_id = call.services.endpoints, call.id("keyId")
    return await management.update_management_key(call.tx, call.caller, key_id, call.body, known=known)


@api.delete("deleteManagementKey", "/{keyId}")
async def delete_management_key(call: AccountCall) -> None:
    """Delete a management key."""
    await management.delete_management_key(call.tx, call.caller, call.id("keyId"))
