"""Types of custom events."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.attributes import event_types
from tercel.features.setup.attributes.listing import EVENT_TYPES, EventTypeFilter
from tercel.features.setup.attributes.model import EventType, NewEventType
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Events", "/v1/event_types", Access.MANAGEMENT)


@api.get("getEventTypes")
async def get_event_types(call: AccountCall[None, Paged[EventTypeFilter]]) -> Counted[EventType]:
    """List the types of custom events."""
    return await EVENT_TYPES.counted(call.tx, call.scope, call.query)


@api.post("createEventType", status=201)
async def create_event_type(call: AccountCall[NewEventType]) -> EventType:
    """Create a type of custom events."""
    return await event_types.create_event_type(call.tx, call.caller, call.body)
