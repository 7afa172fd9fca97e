"""One authenticated request, as handlers see it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tercel.base.errors import NotFoundError
from tercel.database.transaction import Transaction
from tercel.features.applications.store import require_application
from tercel.features.common.caller import Caller
from tercel.http.kernel.services import Services

_ID_MAX = 2**63 - 1
_ID_DIGITS_MAX = 19


@dataclass(slots=True, kw_only=True)
class Call:
    """One request whose caller is known and whose body and query have the operation's shapes."""

    caller: Caller
    path: dict[str, str]  # decoded; an identifier may contain a slash
    body: Any  # of the operation's body type
    query: Any  # of the operation's query type
    services: Services
    request_id: str
    now: datetime  # the engine's clock for this request
    address: str  # of the client
    credential_hash: bytes  # SHA-256 of the key or token; empty for public operations
    idempotency_key: str | None = None

    def id(self, name: str) -> int:
        """A path parameter as an internal id.

        Raises:
            NotFoundError: it is not a positive 64-bit integer, so nothing can have it.
        """
        text = self.path[name]
        if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS_MAX and 0 < int(text) <= _ID_MAX:
            return int(text)
        raise NotFoundError(f"{name} `{text}` does not exist")

    @property
    def user_id(self) -> int:
        """The user who answers for what this call writes; management operations always have one."""
        assert self.caller.user_id is not None, "integration keys have no user"
        return self.caller.user_id

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """One request is one transaction."""
        return self.services.database.transaction()

    async def application(self, tx: Transaction, name: str = "applicationId") -> int:
        """The application of the path.

        Raises:
            NotFoundError: no such application in the caller's account.
            ForbiddenError: the caller's key is for other applications.
        """
        return await require_application(tx, self.caller, self.id(name))
