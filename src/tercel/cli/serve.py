"""``tercel serve``: address taken, database up, migrated, first administrator, then HTTP until told to stop."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.cli.common.program import program
from tercel.cli.serving.graceful import end_by_exception
from tercel.cli.serving.listening import CONNECTIONS_WAITING, listening
from tercel.cli.serving.supervisor import Supervisor
from tercel.database.embedded import running_database
from tercel.database.engine import Database
from tercel.database.migrate import migrate
from tercel.database.partitions import ensure_partitions
from tercel.database.primary import wait_for_primary
from tercel.features.access.accounts.first_run import Credentials, ensure_first_run
from tercel.pipeline.exporting import check_traces
from tercel.settings import Settings, publish

_APP = "tercel.main:app_from_environment"
_CONNECTION = "tercel.http.server.connection:BoundedConnection"

_out = Console(highlight=False, soft_wrap=True)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on, instead of [bold]TERCEL_HOST[/bold].")
    ] = None,
    port: Annotated[
        str | None, typer.Option(help="Port to listen on, instead of [bold]TERCEL_PORT[/bold] or 8000.")
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option(help="Processes that answer requests, instead of [bold]TERCEL_WORKERS[/bold] or 1."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Serve the Integration and the Management API.

    Without [bold]TERCEL_DATABASE_URL[/bold] a PostgreSQL of its own is started under [bold]--home[/bold]; with it, it is
    waited for until it takes writes.

    Example: [bold]tercel serve --port 8000 --workers 2[/bold]
    """
    end_by_exception()
    settings = chosen_settings(host=host, port=port, workers=workers, home=home)
    check_traces(settings)
    with listening(settings) as sockets, running_database(settings) as dsn:
        if settings.database_url is not None:
            wait_for_primary(dsn, lambda line: _out.print(line, markup=False))
        migrate(dsn)
        credentials = asyncio.run(_set_up(dsn, settings))
        if credentials:
            _introduce(credentials, settings)
        _out.print(f"Serving on http://{settings.host}:{settings.port}/ until Ctrl+C", markup=False)
        with TemporaryDirectory(prefix="tercel-metrics-") as metrics_directory:
            _run(settings, sockets, metrics_directory)


async def _set_up(dsn: str, settings: Settings) -> Credentials | None:
    database = await Database.open(dsn, settings)
    try:
        async with database.connection() as connection:
            await ensure_partitions(connection, datetime.now(UTC).date())
        return await ensure_first_run(database, settings)
    finally:
        await database.close()


def _introduce(credentials: Credentials, settings: Settings) -> None:
    _out.print("[bold]This is a new installation. Its administrator, shown once:[/bold]")
    _out.print(f"  email     {credentials.email}", markup=False)
    _out.print(f"  password  {credentials.password or 'as in TERCEL_ADMIN_PASSWORD'}", markup=False)
    _out.print(f"Next, in another terminal: [bold]{program()} keys create management --name setup[/bold]")


def _run(settings: Settings, sockets: list[socket.socket], metrics_directory: str) -> None:
    # The processes that answer read their settings from the environment, wherever they were given.
    publish(settings, metrics_directory=metrics_directory)
    config = uvicorn.Config(
        _APP,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http=_CONNECTION,
        forwarded_allow_ips=settings.trusted_proxies,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=CONNECTIONS_WAITING,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    Supervisor(config, sockets, settings.shutdown_delay_seconds).run()
