"""Events of an application, for reading (behaviour/lists 6)."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted, Uncounted
from tercel.features.common.listing import Paged
from tercel.features.engine.events.listing import EVENTS, RECORDED_TYPES, EventFilter
from tercel.features.engine.events.model import ApplicationEvent
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer data", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("getApplicationEventsWithoutTotalCount", "/events/no_total")
async def get_application_events_without_total_count(
    call: ApplicationCall[None, Paged[EventFilter]],
) -> Uncounted[ApplicationEvent]:
    """List the events of an application, newest first."""
    return await EVENTS.uncounted(call.tx, call.scope, call.query)


@api.get("getApplicationEvents", "/events")
async def get_application_events(
    call: ApplicationCall[None, Paged[EventFilter]],
) -> Counted[ApplicationEvent]:
    """List the events of an application, newest first, with their number."""
    return await EVENTS.counted(call.tx, call.scope, call.query)


@api.get("getApplicationEventTypes", "/event_types")
async def get_application_event_types(call: ApplicationCall[None, Paged]) -> Counted[str]:
    """List the types of the events that were recorded in an application."""
    return await RECORDED_TYPES.counted(call.tx, call.scope, call.query)
