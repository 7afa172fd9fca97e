"""Custom events of the Integration API."""

from __future__ import annotations

from tercel.features.events.answer import AdvancedEventState, EventState
from tercel.features.events.model import AdvancedEvent, AdvancedEventRequest, EventRequest
from tercel.features.events.read import get_event
from tercel.features.events.track import TrackEvent
from tercel.http.integration.campaigns import with_campaigns
from tercel.http.integration.dry import refuse_unless_dry
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import SilentQuery

_TAG = "Events"


class EventQuery(SilentQuery, rename="camel", kw_only=True):
    """Whether to answer, whether only to look, and whether then to tell why and what is missing, and to try every
    campaign whatever the groups say."""

    dry: bool = False
    explain: bool = False
    force_complete_evaluation: bool = False


@operation(
    "trackEventV2",
    "POST",
    "/v2/events",
    Access.INTEGRATION,
    body=EventRequest,
    query=EventQuery,
    answer=EventState,
    tag=_TAG,
    is_idempotent=True,
)
async def track_event(call: Call) -> Raw:
    """Track a custom event of a customer and run the rules for it."""
    return await _track(call)


@operation(
    "trackEventV3",
    "POST",
    "/v3/events",
    Access.INTEGRATION,
    body=AdvancedEventRequest,
    query=EventQuery,
    answer=AdvancedEventState,
    tag=_TAG,
)
async def track_advanced_event(call: Call) -> Raw:
    """Track a custom event under an identifier of its own, on request as following a closed session."""
    return await _track(call)


@operation(
    "getEventV3", "GET", "/v3/events/{integrationId}", Access.INTEGRATION, answer=AdvancedEvent, tag=_TAG
)
async def get_advanced_event(call: Call) -> AdvancedEvent:
    """Get an event by its identifier."""
    assert call.caller.application_id is not None, "integration keys belong to an application"
    async with call.transaction() as tx:
        return await get_event(tx, call.caller.application_id, call.path["integrationId"])


async def _track(call: Call) -> Raw:
    request: EventRequest | AdvancedEventRequest = call.body
    is_dry = call.query.dry or call.caller.is_testing
    forces_complete_evaluation, explains = call.query.force_complete_evaluation, call.query.explain
    refuse_unless_dry("forceCompleteEvaluation", forces_complete_evaluation, is_dry=is_dry)
    refuse_unless_dry("explain", explains, is_dry=is_dry)
    command = TrackEvent(
        call.caller,
        request,
        now=call.now,
        is_dry=is_dry,
        is_silent=call.query.is_silent(),
        forces_complete_evaluation=forces_complete_evaluation,
        explains=explains,
        idempotency_key=call.idempotency_key,
    )
    answer = await call.services.pipeline.submit(command)
    answer = await with_campaigns(call, answer, request.response_content)
    return Raw(answer.body, status=answer.status)


OPERATIONS = [track_event, track_advanced_event, get_advanced_event]
