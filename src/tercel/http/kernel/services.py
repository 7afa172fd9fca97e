"""What the composition root makes once and every handler may use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from tercel.database.engine import Database
from tercel.database.readiness import Readiness
from tercel.database.tables.accounts import management_keys, user_tokens, users
from tercel.database.tables.applications import application_keys
from tercel.database.tables.jobs import jobs
from tercel.database.transaction import Transaction
from tercel.features.access.keys.callers import Callers
from tercel.features.access.keys.endpoints import Endpoints
from tercel.features.access.throttles.throttles import Throttles
from tercel.features.engine.configuration.model import Configuration
from tercel.features.jobs.bell import Bell
from tercel.pipeline.queue import Pipeline
from tercel.settings import Settings

_CREDENTIALS = frozenset({application_keys.name, management_keys.name, user_tokens.name, users.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The objects behind the handlers."""

    settings: Settings
    database: Database
    readiness: Readiness
    clock: Callable[[], datetime]
    callers: Callers
    endpoints: Endpoints
    throttles: Throttles
    pipeline: Pipeline[Configuration]
    bell: Bell  # rung by requests that ask for a job

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open the transaction of a request; after the commit, drop cached credentials and wake workers as its writes
        require.

        The written tables decide it, so that no handler can forget it.
        """
        async with self.database.transaction() as tx:
            yield tx
        if not _CREDENTIALS.isdisjoint(tx.written):
            self.callers.forget_all()
        if jobs.name in tx.written:
            self.bell.ring()
