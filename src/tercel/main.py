"""Composition root: the one place that knows every part."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime

from tercel.cli.app import run
from tercel.cli.serving.worker import allow_open_files, end_with_parent
from tercel.database.cancelling import end_tasks
from tercel.database.embedded import join
from tercel.database.engine import Database
from tercel.database.ids import IdAllocator
from tercel.database.readiness import Readiness
from tercel.features.access.keys.callers import Callers
from tercel.features.access.keys.endpoints import Endpoints
from tercel.features.access.throttles.throttles import open_throttles
from tercel.features.aggregates import ORDER
from tercel.features.engine.configuration.cache import ConfigurationCache
from tercel.features.jobs.bell import Bell
from tercel.http.app import create_app
from tercel.http.kernel.operation import Access
from tercel.http.kernel.services import Services
from tercel.http.operations import OPERATIONS
from tercel.http.pending import PENDING
from tercel.http.server.asgi import ASGIApp
from tercel.jobs.housekeeping import keep_house
from tercel.jobs.sampling import keep_sampling
from tercel.jobs.statistics import keep_statistics
from tercel.jobs.worker import work
from tercel.pipeline.batch import Batches
from tercel.pipeline.exporting import send_remaining_traces, start_traces
from tercel.pipeline.queue import Pipeline
from tercel.settings import Settings, load_from_process, shared_directory
from tercel.telemetry.logs import configure_logging

_YOUNG_OBJECTS = 100_000


def main() -> None:
    """Run the command ``tercel``."""
    run(endpoints=known_endpoints())


def known_endpoints() -> Endpoints:
    """Return the endpoints that a management key can be made for, those that are still to come included."""
    operations = [*OPERATIONS, *PENDING]
    return Endpoints(
        known=[(each.method, each.path) for each in operations if each.access is Access.MANAGEMENT],
        reserved=[(each.method, each.path) for each in operations if each.access is Access.ADMIN],
    )


def app_from_environment() -> ASGIApp:
    """Create the application of one serving process, with the settings of its environment."""
    settings = load_from_process()
    configure_logging(settings)
    start_traces(settings)
    end_with_parent()
    allow_open_files()
    # Because: amid a batch nothing is garbage yet. Requests leave none behind; this is for what runs beside them.
    gc.set_threshold(_YOUNG_OBJECTS)
    return compose(settings)


def compose(settings: Settings, dsn: str | None = None) -> ASGIApp:
    """Create the application over the database that the settings name, or over ``dsn``."""

    @asynccontextmanager
    async def open_services() -> AsyncIterator[Services]:
        if dsn is not None:
            async with _services(settings, dsn) as services:
                yield services
            return
        running = await asyncio.to_thread(join, settings)
        try:
            async with _services(settings, running.dsn) as services:
                yield services
        finally:
            await asyncio.to_thread(running.stop)

    return create_app(settings, open_services)


@asynccontextmanager
async def _services(settings: Settings, dsn: str) -> AsyncIterator[Services]:
    # Because: a process that replaces a dead one must come up while the database is away, and say that it is not ready.
    database = await Database.open(dsn, settings, must_answer=False)
    readiness = Readiness(database)
    pipeline = Pipeline(Batches(database, ConfigurationCache(), IdAllocator(), ORDER))
    bell = Bell()
    background = [
        asyncio.create_task(keep_house(database, _now)),
        asyncio.create_task(keep_sampling(database, settings)),
        asyncio.create_task(keep_statistics(database)),
        asyncio.create_task(work(database, bell)),
    ]
    throttles = ExitStack()
    try:
        yield Services(
            settings=settings,
            database=database,
            readiness=readiness,
            clock=_now,
            callers=Callers(database, _now),
            endpoints=known_endpoints(),
            throttles=throttles.enter_context(open_throttles(settings, shared_directory())),
            pipeline=pipeline,
            bell=bell,
        )
    finally:
        await end_tasks(*background)
        await pipeline.close()
        await readiness.close()
        await database.close()
        throttles.close()
        await asyncio.to_thread(send_remaining_traces)


def _now() -> datetime:
    return datetime.now(UTC)
