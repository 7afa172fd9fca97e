"""Budgets as one customer or one session has used them. Paths of our own: the contract has only the schema."""

from __future__ import annotations

from tercel.features.customers.profiles.listing import get_application_customer
from tercel.features.engine.limit_counters.model import LimitCounters
from tercel.features.engine.limit_counters.service import list_counters
from tercel.features.engine.sessions.read import get_session
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer data", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("getCustomerLimitCounters", "/customers/{customerId}/limit_counters")
async def get_customer_limit_counters(call: ApplicationCall) -> LimitCounters:
    """List the limits that count per customer, as this one has used them."""
    customer = await get_application_customer(call.tx, call.application_id, call.id("customerId"))
    return await list_counters(call.tx, call.application_id, "Profile", customer.id)


@api.get("getSessionLimitCounters", "/sessions/{sessionId}/limit_counters")
async def get_session_limit_counters(call: ApplicationCall) -> LimitCounters:
    """List the limits that count per session, as this one has used them."""
    session = await get_session(call.tx, call.application_id, call.id("sessionId"))
    return await list_counters(call.tx, call.application_id, "Session", session.id)
