"""Logging in and out (behaviour/access 1)."""

from __future__ import annotations

from tercel.features.access.accounts.login import log_in, log_out
from tercel.features.access.accounts.model import LoginParams, Session
from tercel.http.kernel.call import AccountCall, Call
from tercel.http.kernel.operation import Access, Operations

api = Operations("Sessions", "/v1/sessions", Access.MANAGEMENT)


@api.post("createSession", access=Access.PUBLIC, status=201)
async def create_session(call: Call[LoginParams]) -> Session:
    """Log in.

    The token lives three months; use it for many requests rather than logging in for each.
    """
    services = call.services
    return await log_in(services.database, call.body, address=call.address, now=services.clock())


@api.delete("destroySession")
async def destroy_session(call: AccountCall) -> None:
    """Log out."""
    await log_out(call.tx, call.credential_hash)
