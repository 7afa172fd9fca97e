"""Budgets as one customer or one session has used them. Paths of our own: the contract has only the schema."""

from __future__ import annotations

from typing import Any

from tercel.features.customers.list import get_application_customer
from tercel.features.limit_counters.model import LimitCounters
from tercel.features.limit_counters.service import list_counters
from tercel.features.sessions.list import get_session
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, operation

_APPLICATION = "/v1/applications/{applicationId}"
_TAG: dict[str, Any] = {"tag": "Customer data"}


@operation(
    "getCustomerLimitCounters",
    "GET",
    f"{_APPLICATION}/customers/{{customerId}}/limit_counters",
    Access.MANAGEMENT,
    answer=LimitCounters,
    **_TAG,
)
async def get_customer_limit_counters(call: Call) -> LimitCounters:
    """List the limits that count per customer, as this one has used them."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        customer = await get_application_customer(tx, application_id, call.id("customerId"))
        return await list_counters(tx, application_id, "Profile", customer.id)


@operation(
    "getSessionLimitCounters",
    "GET",
    f"{_APPLICATION}/sessions/{{sessionId}}/limit_counters",
    Access.MANAGEMENT,
    answer=LimitCounters,
    **_TAG,
)
async def get_session_limit_counters(call: Call) -> LimitCounters:
    """List the limits that count per session, as this one has used them."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        session = await get_session(tx, application_id, call.id("sessionId"))
        return await list_counters(tx, application_id, "Session", session.id)


OPERATIONS = [get_customer_limit_counters, get_session_limit_counters]
