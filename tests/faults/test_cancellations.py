"""Whatever runs in the background ends when it is told to, although a cancellation may be lost on its way.

The pool of connections loses some that come in the moment in which it has a connection; which moment that is nobody can say, so
many are tried.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest

from tercel.base.errors import UnavailableError
from tercel.database.cancelling import end_tasks
from tercel.database.engine import Database
from tercel.features.jobs.bell import Bell
from tercel.jobs.housekeeping import keep_house
from tercel.jobs.sampling import keep_sampling
from tercel.jobs.statistics import keep_statistics
from tercel.jobs.worker import work
from tercel.settings import Settings

pytestmark = pytest.mark.anyio
_TRIES = 50
_PATIENCE_S = 30


def _house(database: Database, _settings: Settings) -> Coroutine[Any, Any, None]:
    return keep_house(database, lambda: datetime.now(UTC))


def _sampling(database: Database, settings: Settings) -> Coroutine[Any, Any, None]:
    return keep_sampling(database, settings)


def _statistics(database: Database, _settings: Settings) -> Coroutine[Any, Any, None]:
    return keep_statistics(database)


def _work(database: Database, _settings: Settings) -> Coroutine[Any, Any, None]:
    return work(database, Bell())


@pytest.mark.parametrize("loop", [_house, _sampling, _statistics, _work])
async def test_a_loop_ends_at_the_first_word(
    database: Database, settings: Settings, loop: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    for number in range(_TRIES):
        task = asyncio.create_task(loop(database, settings))
        await asyncio.sleep(0.001 * (number % 25))
        task.cancel()
        await asyncio.wait([task], timeout=_PATIENCE_S)
        assert task.done()


class _DeafPool:
    """A pool that loses every cancellation while it waits for a connection, as the real one does now and then."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def connection(self) -> Any:
        return self

    async def __aenter__(self) -> Any:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(_PATIENCE_S)
        self._connection = self._pool.connection()
        return await self._connection.__aenter__()

    async def __aexit__(self, *error: Any) -> Any:
        return await self._connection.__aexit__(*error)


async def test_a_cancellation_that_the_pool_lost_is_heeded(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_pool", _DeafPool(database._pool))

    async def use() -> None:
        async with database.connection():
            await asyncio.sleep(_PATIENCE_S)

    task = asyncio.create_task(use())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(task), _PATIENCE_S / 2)


async def test_a_time_that_the_pool_lost_is_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_pool", _DeafPool(database._pool))
    with pytest.raises(UnavailableError):
        async with database.reading(0.01):
            await asyncio.sleep(_PATIENCE_S)


async def test_who_does_not_hear_is_told_again() -> None:
    async def deaf() -> None:
        for _ in range(2):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(_PATIENCE_S)
        await asyncio.sleep(_PATIENCE_S)

    tasks = [asyncio.create_task(deaf()) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.wait_for(end_tasks(*tasks), _PATIENCE_S)
    assert all(task.cancelled() for task in tasks)
