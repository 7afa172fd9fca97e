"""Custom attributes and event types."""

from __future__ import annotations

from typing import Literal

from tercel.features.attributes import event_types, service
from tercel.features.attributes.model import (
    Attribute,
    AttributeFilters,
    EventType,
    NewAttribute,
    NewEventType,
)
from tercel.features.common.ids import Id
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery


class AttributeQuery(PageQuery, rename="camel", kw_only=True):
    """Filters of ``getAttributes``."""

    entity: str | None = None
    application_ids: list[Id] | None = None
    loyalty_program_ids: list[Id] | None = None
    type: str | None = None
    kind: Literal["builtin", "custom"] | None = None
    search: str | None = None


class EventTypeQuery(PageQuery, rename="camel", kw_only=True):
    """Filters of ``getEventTypes``. Event types have no old versions to include."""

    name: str | None = None
    include_old_versions: bool = False


@operation(
    "createAttribute",
    "POST",
    "/v1/attributes",
    Access.MANAGEMENT,
    body=NewAttribute,
    status=201,
    answer=Attribute,
    tag="Attributes",
)
async def create_attribute(call: Call) -> Attribute:
    """Create a custom attribute."""
    async with call.transaction() as tx:
        return await service.create_attribute(tx, call.caller, call.body)


@operation(
    "getAttributes",
    "GET",
    "/v1/attributes",
    Access.MANAGEMENT,
    query=AttributeQuery,
    answer=Counted[Attribute],
    tag="Attributes",
)
async def get_attributes(call: Call) -> Counted[Attribute]:
    """List the attributes of the account."""
    query: AttributeQuery = call.query
    filters = AttributeFilters(
        entity=query.entity,
        application_ids=query.application_ids,
        type=query.type,
        is_editable=None if query.kind is None else query.kind == "custom",
        search=query.search,
    )
    async with call.transaction() as tx:
        return counted(await service.list_attributes(tx, call.caller, filters, query.page()))


@operation(
    "getAttribute",
    "GET",
    "/v1/attributes/{attributeId}",
    Access.MANAGEMENT,
    answer=Attribute,
    tag="Attributes",
)
async def get_attribute(call: Call) -> Attribute:
    """Get a custom attribute."""
    async with call.transaction() as tx:
        return await service.get_attribute(tx, call.caller, call.id("attributeId"))


@operation(
    "updateAttribute",
    "PUT",
    "/v1/attributes/{attributeId}",
    Access.MANAGEMENT,
    body=NewAttribute,
    answer=Attribute,
    tag="Attributes",
)
async def update_attribute(call: Call) -> Attribute:
    """Update a custom attribute."""
    async with call.transaction() as tx:
        return await service.update_attribute(tx, call.caller, call.id("attributeId"), call.body)


@operation(
    "getEventTypes",
    "GET",
    "/v1/event_types",
    Access.MANAGEMENT,
    query=EventTypeQuery,
    answer=Counted[EventType],
    tag="Events",
)
async def get_event_types(call: Call) -> Counted[EventType]:
    """List the types of custom events."""
    async with call.transaction() as tx:
        page = await event_types.list_event_types(tx, call.caller, call.query.name, call.query.page())
        return counted(page)


@operation(
    "createEventType",
    "POST",
    "/v1/event_types",
    Access.MANAGEMENT,
    body=NewEventType,
    status=201,
    answer=EventType,
    tag="Events",
)
async def create_event_type(call: Call) -> EventType:
    """Create a type of custom events."""
    async with call.transaction() as tx:
        return await event_types.create_event_type(tx, call.caller, call.body)


OPERATIONS = [
    create_attribute,
    get_attributes,
    get_attribute,
    update_attribute,
    get_event_types,
    create_event_type,
]
