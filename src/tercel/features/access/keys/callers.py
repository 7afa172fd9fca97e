"""Look-up of the rights behind a key, for every request, with a cache of a few seconds.

A deleted, disabled or expired key and a changed allow-list take effect within ``REMEMBERED_S`` on every process, at once
on the process that made the change.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from tercel.base.errors import UnauthenticatedError
from tercel.base.limits import CALLER_SECONDS_MAX
from tercel.database.engine import Database
from tercel.features.access.keys.lookup import FINDERS, Credential
from tercel.features.access.keys.refusal import why_refused

REMEMBERED_S = 5
_REMEMBERED_MAX = 10_000


class Callers:
    """The credentials this process has seen lately.

    ``clock`` tells whether a key has expired. How long it is remembered is measured by ``timer``, which is never set
    back.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._clock = clock
        self._timer = timer
        self._known: dict[tuple[str, bytes], tuple[Credential, float]] = {}
        self._loading: dict[tuple[str, bytes], asyncio.Task[Credential]] = {}

    async def get(self, scheme: str, secret_hash: bytes) -> Credential:
        """Return the rights behind a key or token.

        Raises:
            UnauthenticatedError: unknown, expired or disabled.
        """
        now = self._clock()
        found = self._known.get((scheme, secret_hash))
        if found is None or not self._timer() < found[1] or not now < found[0].expires:
            return await self._load_once((scheme, secret_hash), now)
        return found[0]

    def has_met(self, scheme: str, secret_hash: bytes) -> bool:
        """Tell whether it was valid when it was looked up here, not long ago."""
        return (scheme, secret_hash) in self._known

    def forget_all(self) -> None:
        """Clear the cache, after a change of keys or users."""
        self._known.clear()
        self._loading.clear()

    async def _load_once(self, key: tuple[str, bytes], now: datetime) -> Credential:
        """Look a key up once for all requests that miss it at the same time."""
        task = self._loading.get(key)
        if task is None:
            task = self._loading[key] = asyncio.create_task(self._load(*key, now))
        try:
            return await asyncio.shield(task)
        finally:
            if task.done() and self._loading.get(key) is task:
                del self._loading[key]

    async def _load(self, scheme: str, secret_hash: bytes, now: datetime) -> Credential:
        self._known.pop((scheme, secret_hash), None)
        async with self._database.transaction(CALLER_SECONDS_MAX) as tx:
            credential = await FINDERS[scheme](tx, secret_hash, now)
            if credential is None:
                why = await why_refused(tx, scheme, secret_hash, now)
                raise UnauthenticatedError(f"Invalid API key: {why}")
        if len(self._known) >= _REMEMBERED_MAX:
            self._known.clear()
        if asyncio.current_task() is not self._loading.get((scheme, secret_hash)):
            return credential  # keys changed meanwhile: what was read may be old, and is not remembered
        self._known[scheme, secret_hash] = (credential, self._timer() + REMEMBERED_S)
        return credential
