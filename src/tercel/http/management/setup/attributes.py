"""Custom attributes."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.attributes import service
from tercel.features.setup.attributes.listing import ATTRIBUTES, AttributeFilter
from tercel.features.setup.attributes.model import Attribute, NewAttribute
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Attributes", "/v1/attributes", Access.MANAGEMENT)


@api.post("createAttribute", status=201)
async def create_attribute(call: AccountCall[NewAttribute]) -> Attribute:
    """Create a custom attribute."""
    return await service.create_attribute(call.tx, call.caller, call.body)


@api.get("getAttributes")
async def get_attributes(call: AccountCall[None, Paged[AttributeFilter]]) -> Counted[Attribute]:
    """List the attributes of the account."""
    return await ATTRIBUTES.counted(call.tx, call.scope, call.query)


@api.get("getAttribute", "/{attributeId}")
async def get_attribute(call: AccountCall) -> Attribute:
    """Get a custom attribute."""
    return await service.get_attribute(call.tx, call.caller, call.id("attributeId"))


@api.put("updateAttribute", "/{attributeId}")
async def update_attribute(call: AccountCall[NewAttribute]) -> Attribute:
    """Update a custom attribute."""
    return await service.update_attribute(call.tx, call.caller, call.id("attributeId"), call.body)
