"""Sessions of an application, for reading (behaviour/lists 5)."""

from __future__ import annotations

from tercel.features.common.envelopes import Optional, Uncounted
from tercel.features.common.filters import Filter
from tercel.features.common.listing import Paged, TotalPaging
from tercel.features.customers.profiles.model import CustomerProfileSearchQuery
from tercel.features.engine.sessions.listing import SESSIONS, SessionFilter, of_customers
from tercel.features.engine.sessions.model import ApplicationSession
from tercel.features.engine.sessions.read import get_session, show_as_in_lists
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer data", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("getApplicationSessions", "/sessions")
async def get_application_sessions(
    call: ApplicationCall[None, Paged[SessionFilter]],
) -> Uncounted[ApplicationSession]:
    """List the sessions of an application, newest first."""
    found = await SESSIONS.uncounted(call.tx, call.scope, call.query)
    show_as_in_lists(found.data, shows_discounts=call.services.settings.session_totals_in_lists)
    return found


@api.get("getApplicationSession", "/sessions/{sessionId}")
async def get_application_session(call: ApplicationCall) -> ApplicationSession:
    """Get a session of an application."""
    return await get_session(call.tx, call.application_id, call.id("sessionId"))


@api.post("getApplicationSessionsByCustomerAttributes", "/sessions_search")
async def get_application_sessions_by_customer_attributes(
    call: ApplicationCall[CustomerProfileSearchQuery, Paged[Filter, TotalPaging]],
) -> Optional[ApplicationSession]:
    """Search the sessions of an application by their customers."""
    condition = await of_customers(call.tx, call.scope, call.body)
    found = await SESSIONS.optional(call.tx, call.scope, call.query, condition)
    show_as_in_lists(found.data, shows_discounts=call.services.settings.session_totals_in_lists)
    return found
