"""Logging in and out (management.md 0.1)."""

from __future__ import annotations

from tercel.features.accounts.login import log_in, log_out
from tercel.features.accounts.model import LoginParams, Session
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, operation

_TAG = "Sessions"


@operation(
    "createSession",
    "POST",
    "/v1/sessions",
    Access.PUBLIC,
    body=LoginParams,
    answer=Session,
    status=201,
    tag=_TAG,
)
async def create_session(call: Call) -> Session:
    """Log in.

    The token lives three months; use it for many requests rather than logging in for each.
    """
    services = call.services
    return await log_in(services.database, call.body, address=call.address, now=services.clock())


@operation("destroySession", "DELETE", "/v1/sessions", Access.MANAGEMENT, tag=_TAG)
async def destroy_session(call: Call) -> None:
    """Log out."""
    async with call.transaction() as tx:
        await log_out(tx, call.credential_hash)
    call.services.callers.forget_all()


OPERATIONS = [create_session, destroy_session]
