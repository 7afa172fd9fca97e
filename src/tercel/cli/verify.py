"""``tercel verify``: are all counters what the ledger says?"""

from __future__ import annotations

import asyncio
from typing import Any

import typer
from psycopg import AsyncConnection
from rich.console import Console

from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.database.engine import Database
from tercel.database.installation import existing_database
from tercel.ledger.verify import verify as run_checks
from tercel.settings import Settings

_SHOWN_MAX = 20
_out = Console(highlight=False, soft_wrap=True)


def verify(home: HomeOption = None) -> None:
    """Recompute every counter, balance and total from the ledger's entries and compare.

    Runs beside a working server, on one consistent view. Exit status 1 when anything differs.

    Example: [bold]tercel verify[/bold]
    """
    settings = chosen_settings(home=home)
    with existing_database(settings) as dsn:
        found = asyncio.run(_verify(dsn, settings))
    if found:
        _out.print(
            f"[red]{found} figures differ[/red]: keep the database as it is and report this as a defect"
        )
        raise typer.Exit(1)
    _out.print("everything agrees with the ledger")


async def _verify(dsn: str, settings: Settings) -> int:
    database = await Database.open(dsn, settings)
    try:
        async with database.connection() as connection:
            return await report_differences(connection)
    finally:
        await database.close()


async def report_differences(connection: AsyncConnection[Any]) -> int:
    """Run every check and show what it found; the number of figures that differ."""
    found = 0
    async for name, differences in run_checks(connection):
        found += len(differences)
        _out.print(f"{'[red]✗[/red]' if differences else '[green]✓[/green]'} {name}")
        for difference in differences[:_SHOWN_MAX]:
            _out.print(
                f"    {difference.subject}: kept {difference.kept}, entries say {difference.computed}",
                markup=False,
            )
    return found
