"""Customer sessions: the heart of the Integration API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tercel.features.common.dry import chosen_time, refuse_unless_dry
from tercel.features.engine.sessions.answers.current import CurrentSession, get_session
from tercel.features.engine.sessions.answers.session import IntegrationState
from tercel.features.engine.sessions.commands.cancel import ReopenedSession, ReopenSession
from tercel.features.engine.sessions.commands.code_entry import watched
from tercel.features.engine.sessions.commands.returns import ReturnItems
from tercel.features.engine.sessions.commands.update import UpdateSession
from tercel.features.engine.sessions.integration_model import IntegrationRequest
from tercel.features.engine.sessions.return_model import ReturnRequest
from tercel.http.integration.commands import submit
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operations

api = Operations("Customer sessions", "/v2/customer_sessions/{customerSessionId}", Access.INTEGRATION)


class UpdateQuery(msgspec.Struct):
    """Whether only to look, when, and whether to tell why and what is missing: ``now`` and ``explain`` need ``dry``."""

    dry: bool = False
    explain: bool = False
    now: Annotated[datetime, Meta(tz=True)] | None = None


class ReturnQuery(msgspec.Struct, rename="camel"):
    """Whether to evaluate what is left of the cart, and whether only to look."""

    dry: bool = False
    run_rule_engine: bool = False


@api.put("updateCustomerSessionV2", is_idempotent=True)
async def update_customer_session(call: Call[IntegrationRequest, UpdateQuery]) -> Raw[IntegrationState]:
    """Create or update a customer session and evaluate it.

    Closing it (``state: closed``) redeems codes and consumes budgets; cancelling a closed one gives them back.
    """
    request, query = call.body, call.query
    is_dry = query.dry or call.caller.is_testing
    refuse_unless_dry("explain", query.explain, is_dry=is_dry)
    command = UpdateSession(
        call.caller,
        session_id := call.identifier("customerSessionId"),
        request,
        now=chosen_time(query.now, call.now, is_dry=is_dry),
        is_dry=is_dry,
        explains=query.explain,
        idempotency_key=call.idempotency_key,
    )
    entry = watched(command, session_id, request.customer_session, call.services.throttles.codes)
    return await submit(call, entry, request.response_content)


@api.get("getCustomerSession")
async def get_customer_session(call: Call) -> CurrentSession:
    """Get a customer session with the effects that are still valid."""
    async with call.services.database.reading() as connection:
        return await get_session(connection, call.caller.owner, call.path["customerSessionId"])


@api.post("returnCartItems", "/returns", is_idempotent=True)
async def return_cart_items(call: Call[ReturnRequest, ReturnQuery]) -> Raw[IntegrationState]:
    """Return cart items of a closed session."""
    command = ReturnItems(
        call.caller,
        call.identifier("customerSessionId"),
        call.body,
        now=call.now,
        runs_rules=call.query.run_rule_engine,
        is_dry=call.query.dry or call.caller.is_testing,
        idempotency_key=call.idempotency_key,
    )
    return await submit(call, command, call.body.response_content)


@api.put("reopenCustomerSession", "/reopen", is_idempotent=True)
async def reopen_customer_session(call: Call) -> Raw[ReopenedSession]:
    """Reopen a closed customer session: everything that closing took is given back."""
    call.caller.refuse_testing("reopen sessions")
    session_id, key = call.identifier("customerSessionId"), call.idempotency_key
    return await submit(call, ReopenSession(call.caller, session_id, now=call.now, idempotency_key=key))
