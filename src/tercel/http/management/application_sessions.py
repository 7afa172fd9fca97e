"""Sessions of an application, for reading (management.md 6)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from tercel.base.limits import PAGE_SIZE_MAX
from tercel.features.common.page import Page, PageRequest
from tercel.features.customers.model import CustomerProfileSearchQuery
from tercel.features.sessions.list import get_session, list_sessions
from tercel.features.sessions.model import ApplicationSession, SessionFilter
from tercel.features.sessions.read import as_in_lists
from tercel.features.sessions.search import search_sessions
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Optional, Uncounted, optional, uncounted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery, Skip

_APPLICATION = "/v1/applications/{applicationId}"
_TAG: dict[str, Any] = {"tag": "Customer data"}


class SessionQuery(SessionFilter, kw_only=True, rename="camel"):
    """The filters of sessions with paging."""

    page_size: Annotated[int, Meta(ge=1, le=PAGE_SIZE_MAX)] = 1000
    skip: Skip = 0
    sort: str | None = None

    def page(self) -> PageRequest:
        """The page that was asked for."""
        return PageRequest(self.page_size, self.skip, self.sort)


class SessionSearchQuery(PageQuery, kw_only=True, rename="camel"):
    """Paging, with the number of all rows on request."""

    with_total_result_size: bool = False


@operation(
    "getApplicationSessions",
    "GET",
    f"{_APPLICATION}/sessions",
    Access.MANAGEMENT,
    query=SessionQuery,
    answer=Uncounted[ApplicationSession],
    **_TAG,
)
async def get_application_sessions(call: Call) -> Uncounted[ApplicationSession]:
    """List the sessions of an application, newest first."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        page = await list_sessions(tx, application_id, filters=call.query, page=call.query.page())
    return uncounted(_listed(call, page))


@operation(
    "getApplicationSession",
    "GET",
    f"{_APPLICATION}/sessions/{{sessionId}}",
    Access.MANAGEMENT,
    answer=ApplicationSession,
    **_TAG,
)
async def get_application_session(call: Call) -> ApplicationSession:
    """Get a session of an application."""
    async with call.transaction() as tx:
        return await get_session(tx, await call.application(tx), call.id("sessionId"))


@operation(
    "getApplicationSessionsByCustomerAttributes",
    "POST",
    f"{_APPLICATION}/sessions_search",
    Access.MANAGEMENT,
    body=CustomerProfileSearchQuery,
    query=SessionSearchQuery,
    answer=Optional[ApplicationSession],
    **_TAG,
)
async def get_application_sessions_by_customer_attributes(call: Call) -> Optional[ApplicationSession]:
    """Search the sessions of an application by their customers."""
    async with call.transaction() as tx:
        page = await search_sessions(
            tx,
            call.caller.account_id,
            await call.application(tx),
            query=call.body,
            page=call.query.page(),
            is_counted=call.query.with_total_result_size,
        )
    return optional(_listed(call, page), call.query.with_total_result_size)


def _listed(call: Call, page: Page[ApplicationSession]) -> Page[ApplicationSession]:
    return as_in_lists(page, shows_discounts=call.services.settings.session_totals_in_lists)


OPERATIONS = [
    get_application_sessions,
    get_application_session,
    get_application_sessions_by_customer_attributes,
]
