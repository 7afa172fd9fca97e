"""Custom events of the Integration API."""

from __future__ import annotations

from tercel.features.common.dry import refuse_unless_dry
from tercel.features.engine.events.answer import AdvancedEventState, EventState
from tercel.features.engine.events.model import AdvancedEvent, AdvancedEventRequest, EventRequest
from tercel.features.engine.events.read import get_event
from tercel.features.engine.events.track import TrackEvent
from tercel.http.decoding.query import SilentQuery
from tercel.http.integration.commands import submit
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import ApplicationCall, Call
from tercel.http.kernel.operation import Access, Operations

api = Operations("Events", "", Access.INTEGRATION)


class EventQuery(SilentQuery, rename="camel", kw_only=True):
    """Whether to answer, whether only to look, and whether then to tell why and what is missing, and to try every
    campaign whatever the groups say."""

    dry: bool = False
    explain: bool = False
    force_complete_evaluation: bool = False


@api.post("trackEventV2", "/v2/events", is_idempotent=True)
async def track_event(call: Call[EventRequest, EventQuery]) -> Raw[EventState]:
    """Track a custom event of a customer and run the rules for it."""
    return await submit(call, _command(call), call.body.response_content)


@api.post("trackEventV3", "/v3/events")
async def track_advanced_event(call: Call[AdvancedEventRequest, EventQuery]) -> Raw[AdvancedEventState]:
    """Track a custom event under an identifier of its own, on request as following a closed session."""
    return await submit(call, _command(call), call.body.response_content)


@api.get("getEventV3", "/v3/events/{integrationId}")
async def get_advanced_event(call: ApplicationCall) -> AdvancedEvent:
    """Get an event by its identifier."""
    return await get_event(call.tx, call.application_id, call.path["integrationId"])


def _command(
    call: Call[EventRequest, EventQuery] | Call[AdvancedEventRequest, EventQuery],
) -> TrackEvent:
    query = call.query
    is_dry = query.dry or call.caller.is_testing
    refuse_unless_dry("forceCompleteEvaluation", query.force_complete_evaluation, is_dry=is_dry)
    refuse_unless_dry("explain", query.explain, is_dry=is_dry)
    return TrackEvent(
        call.caller,
        call.body,
        now=call.now,
        is_dry=is_dry,
        is_silent=query.is_silent(),
        forces_complete_evaluation=query.force_complete_evaluation,
        explains=query.explain,
        idempotency_key=call.idempotency_key,
    )
