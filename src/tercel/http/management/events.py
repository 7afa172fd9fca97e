"""Events of an application, for reading (management.md 6.3, 6.4)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from tercel.base.limits import PAGE_SIZE_MAX
from tercel.features.common.page import Page, PageRequest
from tercel.features.events.list import list_event_types, list_events
from tercel.features.events.model import ApplicationEvent, EventFilter
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, Uncounted, counted, uncounted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery, Skip

_EVENTS = "/v1/applications/{applicationId}/events"
_TAG: dict[str, Any] = {"tag": "Customer data"}


class EventQuery(EventFilter, kw_only=True, rename="camel"):
    """The filters of events with paging."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 1000
    skip: Skip = 0
    sort: str | None = None

    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.page_size, self.skip, self.sort)


@operation(
    "getApplicationEventsWithoutTotalCount",
    "GET",
    f"{_EVENTS}/no_total",
    Access.MANAGEMENT,
    query=EventQuery,
    answer=Uncounted[ApplicationEvent],
    **_TAG,
)
async def get_application_events_without_total_count(call: Call) -> Uncounted[ApplicationEvent]:
    """List the events of an application, newest first."""
    return uncounted(await _page(call, is_counted=False))


@operation(
    "getApplicationEvents",
    "GET",
    _EVENTS,
    Access.MANAGEMENT,
    query=EventQuery,
    answer=Counted[ApplicationEvent],
    **_TAG,
)
async def get_application_events(call: Call) -> Counted[ApplicationEvent]:
    """List the events of an application, newest first, with their number."""
    return counted(await _page(call, is_counted=True))


@operation(
    "getApplicationEventTypes",
    "GET",
    "/v1/applications/{applicationId}/event_types",
    Access.MANAGEMENT,
    query=PageQuery,
    answer=Counted[str],
    **_TAG,
)
async def get_application_event_types(call: Call) -> Counted[str]:
    """List the types of the events that were recorded in an application."""
    async with call.transaction() as tx:
        page = await list_event_types(tx, await call.application(tx), call.query.page())
    return counted(page)


async def _page(call: Call, *, is_counted: bool) -> Page[ApplicationEvent]:
    async with call.transaction() as tx:
        return await list_events(
            tx,
            call.caller.account_id,
            await call.application(tx),
            filters=call.query,
            page=call.query.page(),
            is_counted=is_counted,
        )


OPERATIONS = [
    get_application_events_without_total_count,
    get_application_events,
    get_application_event_types,
]
