"""Custom attributes."""

from __future__ import annotations

from tercel.features.common.csv.importing import Import
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.attributes import allowed_list, service
from tercel.features.setup.attributes.listing import ATTRIBUTES, AttributeFilter
from tercel.features.setup.attributes.model import Attribute, NewAttribute
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.upload import Upload

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


@api.post("importAllowedList", "/{attributeId}/allowed_list/import")
async def import_allowed_list(call: AccountCall[Upload]) -> Import:
    """Import the values that an attribute allows from a file."""
    attribute_id = call.id("attributeId")
    return await allowed_list.import_allowed_list(call.tx, call.scope, attribute_id, call.body.content)
