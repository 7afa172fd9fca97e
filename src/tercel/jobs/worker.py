"""The workers of a serving process: each takes a job from the queue, does it, and takes the next."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.features.jobs.bell import Bell
from tercel.features.jobs.queue import let_go, take_job
from tercel.jobs.stopping import is_told_to_stop
from tercel.jobs.work import do_job

_AT_ONCE = 2  # a long job does not hold up a short one
_LOOK_EVERY_S = 0.5
_log = structlog.get_logger(__name__)


async def work(database: Database, bell: Bell) -> None:
    """Do jobs until cancelled; then every job is let go before this ends.

    Those that other processes asked for, or left, are found by looking for them; the bell tells of our own.
    """
    async with asyncio.TaskGroup() as workers:
        for _ in range(_AT_ONCE):
            workers.create_task(_work_alone(database, bell))


async def _work_alone(database: Database, bell: Bell) -> None:
    while not is_told_to_stop():
        # Because: a job that is asked for while this looks may not be seen.
        rung = bell.listen()
        try:
            has_more = await _do_next(database)
        except UnavailableError:
            has_more = False
        except Exception:  # noqa: BLE001  # one look that went wrong must not end all others
            _log.exception("looking for jobs failed")
            has_more = False
        if not has_more:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await rung.wait()


async def _do_next(database: Database) -> bool:
    """Do the next job, if there is one."""
    async with database.transaction() as tx:
        held = await take_job(tx)
    if held is None:
        return False
    try:
        await do_job(database, held)
    finally:
        # Because: when this process ends the next one need not wait until the job is free by itself.
        if is_told_to_stop():
            async with database.transaction() as tx:
                await let_go(tx, held)
    return True
