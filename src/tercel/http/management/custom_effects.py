"""Custom effects: what rules answer beside the effects that everybody has."""

from __future__ import annotations

from tercel.features.custom_effects import service
from tercel.features.custom_effects.model import CustomEffect, NewCustomEffect
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/custom_effects"
_ONE = "/v1/custom_effects/{customEffectId}"
_TAG = "Custom effects"


@operation(
    "createCustomEffect",
    "POST",
    _ALL,
    Access.MANAGEMENT,
    body=NewCustomEffect,
    status=201,
    answer=CustomEffect,
    tag=_TAG,
)
async def create_custom_effect(call: Call) -> CustomEffect:
    """Create a custom effect."""
    async with call.transaction() as tx:
        return await service.create_custom_effect(tx, call.caller, call.body)


@operation(
    "getCustomEffects",
    "GET",
    _ALL,
    Access.MANAGEMENT,
    query=PageQuery,
    answer=Counted[CustomEffect],
    tag=_TAG,
)
async def get_custom_effects(call: Call) -> Counted[CustomEffect]:
    """List the custom effects of the account."""
    async with call.transaction() as tx:
        return counted(await service.list_custom_effects(tx, call.caller, call.query.page()))


@operation("getCustomEffect", "GET", _ONE, Access.MANAGEMENT, answer=CustomEffect, tag=_TAG)
async def get_custom_effect(call: Call) -> CustomEffect:
    """Get a custom effect."""
    async with call.transaction() as tx:
        return await service.get_custom_effect(tx, call.caller, call.id("customEffectId"))


@operation(
    "updateCustomEffect",
    "PUT",
    _ONE,
    Access.MANAGEMENT,
    body=NewCustomEffect,
    answer=CustomEffect,
    tag=_TAG,
)
async def update_custom_effect(call: Call) -> CustomEffect:
    """Update a custom effect."""
    async with call.transaction() as tx:
        return await service.update_custom_effect(tx, call.caller, call.id("customEffectId"), call.body)


@operation("deleteCustomEffect", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag=_TAG)
async def delete_custom_effect(call: Call) -> None:
    """Delete a custom effect."""
    async with call.transaction() as tx:
        await service.delete_custom_effect(tx, call.caller, call.id("customEffectId"))


OPERATIONS = [
    create_custom_effect,
    get_custom_effects,
    get_custom_effect,
    update_custom_effect,
    delete_custom_effect,
]
