"""Customer sessions: the heart of the Integration API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tercel.base.errors import ForbiddenError, InvalidError
from tercel.features.sessions.answer import IntegrationState
from tercel.features.sessions.cancel import ReopenedSession, ReopenSession
from tercel.features.sessions.code_entry import watched
from tercel.features.sessions.current import CurrentSession, get_session
from tercel.features.sessions.integration_model import IntegrationRequest
from tercel.features.sessions.return_model import ReturnRequest
from tercel.features.sessions.returns import ReturnItems
from tercel.features.sessions.update import UpdateSession
from tercel.http.integration.campaigns import with_campaigns
from tercel.http.integration.dry import refuse_unless_dry
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.identifiers import identifier
from tercel.http.kernel.operation import Access, operation

_PATH = "/v2/customer_sessions/{customerSessionId}"


class UpdateQuery(msgspec.Struct):
    """Whether only to look, when, and whether to tell why and what is missing: ``now`` and ``explain`` need ``dry``."""

    dry: bool = False
    explain: bool = False
    now: Annotated[datetime, Meta(tz=True)] | None = None


@operation(
    "updateCustomerSessionV2",
    "PUT",
    _PATH,
    Access.INTEGRATION,
    body=IntegrationRequest,
    query=UpdateQuery,
    answer=IntegrationState,
    tag="Customer sessions",
    is_idempotent=True,
)
async def update_customer_session(call: Call) -> Raw:
    """Create or update a customer session and evaluate it.

    Closing it (``state: closed``) redeems codes and consumes budgets; cancelling a closed one gives them back.
    """
    request: IntegrationRequest = call.body
    is_dry = call.query.dry or call.caller.is_testing
    refuse_unless_dry("explain", call.query.explain, is_dry=is_dry)
    command = UpdateSession(
        call.caller,
        identifier(call, "customerSessionId"),
        request,
        now=_now(call, is_dry=is_dry),
        is_dry=is_dry,
        explains=call.query.explain,
        idempotency_key=call.idempotency_key,
    )
    codes = call.services.throttles.codes
    answer = await call.services.pipeline.submit(
        watched(command, call.path["customerSessionId"], request.customer_session, codes)
    )
    answer = await with_campaigns(call, answer, request.response_content)
    return Raw(answer.body, status=answer.status)


class ReturnQuery(msgspec.Struct, rename="camel"):
    """Whether to evaluate what is left of the cart, and whether only to look."""

    dry: bool = False
    run_rule_engine: bool = False


@operation(
    "returnCartItems",
    "POST",
    _PATH + "/returns",
    Access.INTEGRATION,
    body=ReturnRequest,
    query=ReturnQuery,
    answer=IntegrationState,
    tag="Customer sessions",
    is_idempotent=True,
)
async def return_cart_items(call: Call) -> Raw:
    """Return cart items of a closed session."""
    request: ReturnRequest = call.body
    command = ReturnItems(
        call.caller,
        identifier(call, "customerSessionId"),
        request,
        now=call.now,
        runs_rules=call.query.run_rule_engine,
        is_dry=call.query.dry or call.caller.is_testing,
        idempotency_key=call.idempotency_key,
    )
    answer = await call.services.pipeline.submit(command)
    answer = await with_campaigns(call, answer, request.response_content)
    return Raw(answer.body, status=answer.status)


@operation(
    "reopenCustomerSession",
    "PUT",
    _PATH + "/reopen",
    Access.INTEGRATION,
    answer=ReopenedSession,
    tag="Customer sessions",
    is_idempotent=True,
)
async def reopen_customer_session(call: Call) -> Raw:
    """Reopen a closed customer session: everything that closing took is given back."""
    if call.caller.is_testing:
        raise ForbiddenError("a testing key cannot reopen sessions: use a key of another type")
    command = ReopenSession(
        call.caller,
        identifier(call, "customerSessionId"),
        now=call.now,
        idempotency_key=call.idempotency_key,
    )
    answer = await call.services.pipeline.submit(command)
    return Raw(answer.body, status=answer.status)


@operation(
    "getCustomerSession", "GET", _PATH, Access.INTEGRATION, answer=CurrentSession, tag="Customer sessions"
)
async def get_customer_session(call: Call) -> CurrentSession:
    """Get a customer session with the effects that are still valid."""
    assert call.caller.application_id is not None, "integration keys belong to an application"
    async with call.services.database.reading() as connection:
        return await get_session(connection, call.caller.application_id, call.path["customerSessionId"])


def _now(call: Call, *, is_dry: bool) -> datetime:
    """The time of the evaluation: a dry request may choose a future one."""
    chosen: datetime | None = call.query.now
    if chosen is None:
        return call.now
    refuse_unless_dry("now", True, is_dry=is_dry)
    if chosen <= call.now:
        raise InvalidError.parameter("now", "minimum", "`now` must lie in the future")
    return chosen


OPERATIONS = [update_customer_session, get_customer_session, return_cart_items, reopen_customer_session]
