"""A question that changes nothing, by which integrations try their key. Beyond the contract: published ones ask it."""

from __future__ import annotations

import msgspec

from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operations

api = Operations("API keys", "/v2/authping", Access.INTEGRATION)


class AuthPing(msgspec.Struct, rename="camel"):
    """The application whose key it is."""

    application_id: int


@api.get("authPing")
async def auth_ping(call: Call) -> AuthPing:
    """Tell that the key is valid."""
    return AuthPing(call.caller.own_application_id)
