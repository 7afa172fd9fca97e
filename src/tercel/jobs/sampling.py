"""Sampled figures: every few seconds a serving process measures itself and its database."""

from __future__ import annotations

import asyncio
import shutil

import psutil
import psycopg
import structlog

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.database.figures import ConnectionFigures, look_at_server
from tercel.jobs.stopping import rest
from tercel.settings import Settings
from tercel.telemetry.metrics import processes as metrics

_EVERY_S = 10.0
_LOOK_S_MAX = 5.0
_log = structlog.get_logger(__name__)


async def keep_sampling(database: Database, settings: Settings) -> None:
    """Look every few seconds until cancelled."""
    sampler = Sampler(database, settings)
    loop = asyncio.get_running_loop()
    planned = loop.time()
    while True:
        metrics.LAG.set(max(0.0, loop.time() - planned))
        try:
            await sampler.look()
        except Exception:  # noqa: BLE001  # one look that failed must not end all others
            _log.exception("looking at the process failed")
        planned = loop.time() + _EVERY_S
        await rest(_EVERY_S)


class Sampler:
    """Looks at one process and its database, and remembers what it has counted."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._disk = settings.home if settings.database_url is None and settings.home.exists() else None
        self._process = psutil.Process()
        self._cpu_s = 0.0
        self._seen = ConnectionFigures(in_use=0, idle=0)
        metrics.PROCESSES.set(1)

    async def look(self) -> None:
        """Look once."""
        self._look_at_process()
        self.look_at_pools()
        await self._look_at_server()

    def _look_at_process(self) -> None:
        metrics.MEMORY.set(self._process.memory_info().rss)
        times = self._process.cpu_times()
        spent = times.user + times.system
        metrics.CPU.inc(max(0.0, spent - self._cpu_s))
        self._cpu_s = spent
        if self._disk is not None:
            metrics.HOME_FREE.set(shutil.disk_usage(self._disk).free)

    def look_at_pools(self) -> None:
        """Look at the connections of this process alone."""
        pools = self._database.connection_figures()
        for name, figures in pools.items():
            metrics.CONNECTIONS.labels(name, "in_use").set(figures.in_use)
            metrics.CONNECTIONS.labels(name, "idle").set(figures.idle)
        now, before = pools["pipeline"], self._seen
        metrics.CONNECTION_WAITERS.set(now.waiting)
        metrics.CONNECTION_WAITS.inc(max(0, now.waits - before.waits))
        metrics.CONNECTION_WAIT_SECONDS.inc(max(0.0, now.waited_s - before.waited_s))
        self._seen = now

    async def _look_at_server(self) -> None:
        try:
            async with self._database.reading(_LOOK_S_MAX) as connection:
                seen = await look_at_server(connection)
        except (psycopg.Error, UnavailableError) as error:
            metrics.DATABASE_UP.set(0)
            _log.warning("the database could not be looked at", error=str(error))
            return
        metrics.DATABASE_UP.set(1)
        metrics.LOCK_WAITERS.set(seen.lock_waiters)
        metrics.LOCK_WAIT_SECONDS.set(seen.longest_lock_wait_s)
        metrics.DEADLOCKS.set(seen.deadlocks)
        metrics.DATABASE_SIZE.set(seen.size_bytes)
        metrics.WAL_POSITION.set(seen.wal_position_bytes)
        metrics.SYNCHRONOUS_STANDBYS.set(seen.synchronous_standbys)
        metrics.OUTBOX_WAITING.set(seen.outbox_waiting)
        metrics.OUTBOX_OLDEST.set(seen.outbox_oldest_s)
        metrics.JOBS_PENDING.set(seen.jobs_pending)
        metrics.JOBS_OLDEST.set(seen.jobs_oldest_s)
