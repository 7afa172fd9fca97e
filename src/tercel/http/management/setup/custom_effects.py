"""Custom effects: what rules answer beside the effects that every account has."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.custom_effects import service
from tercel.features.setup.custom_effects.model import CustomEffect, NewCustomEffect
from tercel.features.setup.custom_effects.resource import CUSTOM_EFFECTS
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Custom effects", "/v1/custom_effects", Access.MANAGEMENT)


@api.post("createCustomEffect", status=201)
async def create_custom_effect(call: AccountCall[NewCustomEffect]) -> CustomEffect:
    """Create a custom effect."""
    return await service.create_custom_effect(call.tx, call.scope, call.body)


@api.get("getCustomEffects")
async def get_custom_effects(call: AccountCall[None, Paged]) -> Counted[CustomEffect]:
    """List the custom effects of the account."""
    return await CUSTOM_EFFECTS.counted(call.tx, call.scope, call.query)


@api.get("getCustomEffect", "/{customEffectId}")
async def get_custom_effect(call: AccountCall) -> CustomEffect:
    """Get a custom effect."""
    return await CUSTOM_EFFECTS.get(call.tx, call.scope, call.id("customEffectId"))


@api.put("updateCustomEffect", "/{customEffectId}")
async def update_custom_effect(call: AccountCall[NewCustomEffect]) -> CustomEffect:
    """Update a custom effect."""
    return await service.update_custom_effect(call.tx, call.scope, call.id("customEffectId"), call.body)


@api.delete("deleteCustomEffect", "/{customEffectId}")
async def delete_custom_effect(call: AccountCall) -> None:
    """Delete a custom effect."""
    await CUSTOM_EFFECTS.delete(call.tx, call.scope, call.id("customEffectId"))
