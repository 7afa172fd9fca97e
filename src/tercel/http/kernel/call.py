"""One authenticated request, as handlers see it.

The call that a handler takes says what stands when it begins: the request alone (``Call``), a transaction for the caller's
account (``AccountCall``), an application in it (``ApplicationCall``), or a campaign of that (``CampaignCall``). Its parameters
are the types of body and query: ``ApplicationCall[NewStore]`` has a body, ``ApplicationCall[None, PageQuery]`` a query.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

from typing_extensions import TypeVar

from tercel.base.errors import InvalidError, NotFoundError
from tercel.base.limits import INTEGRATION_ID_LENGTH_MAX
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign, get_code_campaign
from tercel.features.common.caller import Caller
from tercel.features.common.scope import ApplicationScope, CampaignScope, Scope
from tercel.features.common.texts import check_text
from tercel.features.setup.applications.store import require_application
from tercel.http.kernel.services import Services

Body = TypeVar("Body", default=None)
Query = TypeVar("Query", default=None)
#: Takes a call of some kind; what it returns is the answer.
Handler = Callable[..., Awaitable[object]]

_ID_MAX = 2**63 - 1
_ID_DIGITS_MAX = 19


@dataclass(slots=True, kw_only=True)
class Call(Generic[Body, Query]):
    """One request whose caller is known and whose body and query have the operation's shapes."""

    caller: Caller
    path: dict[str, str]  # decoded; an identifier may contain a slash
    body: Body
    query: Query
    services: Services
    request_id: str
    now: datetime  # the engine's clock for this request
    address: str  # of the client
    credential_hash: bytes  # SHA-256 of the key or token; empty for public operations
    idempotency_key: str | None = None

    @classmethod
    def around(cls, handler: Handler) -> Handler:
        """Wrap a handler in what this kind of call opens and checks before it."""
        return handler

    def id(self, name: str) -> int:
        """Return a path parameter as an internal id.

        Raises:
            NotFoundError: it is not a positive 64-bit integer, so nothing can have it.
        """
        text = self.path[name]
        if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS_MAX and 0 < int(text) <= _ID_MAX:
            return int(text)
        raise NotFoundError(f"{name} `{text}` does not exist")

    def identifier(self, name: str) -> str:
        """Return a path parameter as an identifier that callers choose.

        Raises:
            InvalidError: it is empty, too long, or has a NUL character.
        """
        value = self.path[name]
        try:
            check_text(value, f"/{name}", max_length=INTEGRATION_ID_LENGTH_MAX, min_length=1)
        except InvalidError as error:
            problem = error.problems[0]
            raise InvalidError.parameter(name, problem.title, problem.details) from None
        return value


@dataclass(slots=True, kw_only=True)
class AccountCall(Call[Body, Query]):
    """A request that is one transaction, committed when the handler returns."""

    tx: Transaction = field(init=False)

    @classmethod
    def around(cls, handler: Handler) -> Handler:
        """Wrap a handler in its transaction, in which ``open`` first checks what the path names."""

        async def run(call: AccountCall[Body, Query]) -> object:
            async with call.services.transaction() as call.tx:
                await call.open()
                return await handler(call)

        return run

    async def open(self) -> None:
        """Check what the path names before the handler begins."""

    @property
    def scope(self) -> Scope:
        """Where the request works."""
        return Scope(caller=self.caller, now=self.now)


@dataclass(slots=True, kw_only=True)
class ApplicationCall(AccountCall[Body, Query]):
    """A request for one application: that of an integration key, else the one in the path."""

    application_id: int = field(init=False)

    async def open(self) -> None:
        """Find the application.

        Raises:
            NotFoundError: no such application in the caller's account.
            ForbiddenError: the caller's key is for other applications.
        """
        own = self.caller.application_id
        if own is None:
            own = await require_application(self.tx, self.caller, self.id("applicationId"))
        self.application_id = own

    @property
    def scope(self) -> ApplicationScope:
        """Where the request works."""
        return ApplicationScope(caller=self.caller, now=self.now, application_id=self.application_id)


@dataclass(slots=True, kw_only=True)
class CampaignCall(ApplicationCall[Body, Query]):
    """A request for one campaign of an application."""

    campaign: CodeCampaign = field(init=False)

    async def open(self) -> None:
        """Find the application and its campaign.

        Raises:
            NotFoundError: no such application in the caller's account, or no such campaign in it.
            ForbiddenError: the caller's key is for other applications.
        """
        await ApplicationCall.open(self)
        self.campaign = await get_code_campaign(self.tx, self.application_id, self.id("campaignId"))

    @property
    def scope(self) -> CampaignScope:
        """Where the request works."""
        return CampaignScope(
            caller=self.caller,
            now=self.now,
            application_id=self.application_id,
            campaign_id=self.campaign.id,
        )
