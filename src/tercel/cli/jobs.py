"""``tercel jobs``: what runs in the background, and how far it is."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from msgspec import UNSET
from rich.console import Console
from rich.table import Table

from tercel.base.codec import wire_time
from tercel.base.limits import PAGE_SIZE_MAX
from tercel.cli.common.options import HomeOption, chosen_settings
from tercel.database.engine import Database
from tercel.database.installation import existing_database
from tercel.features.jobs.model import Job
from tercel.features.jobs.service import latest_jobs
from tercel.settings import Settings

_WIDTH_MIN = 120
_HEADINGS = ("id", "asked at", "application", "campaign", "what", "done", "of", "status")


def jobs(
    last: Annotated[int, typer.Option(min=1, max=PAGE_SIZE_MAX, help="How many jobs to show.")] = 20,
    home: HomeOption = None,
) -> None:
    """List the newest jobs of all applications, with their progress and what ended them early.

    Example: [bold]tercel jobs --last 5[/bold]
    """
    settings = chosen_settings(home=home)
    with existing_database(settings) as dsn:
        found = asyncio.run(_latest(dsn, settings, last))
    out = Console(highlight=False)
    out.width = max(out.width, _WIDTH_MIN)
    if not found:
        out.print("no jobs")
        return
    table = Table(*_HEADINGS)
    for job in found:
        table.add_row(*_cells(job))
    out.print(table)


async def _latest(dsn: str, settings: Settings, count: int) -> list[Job]:
    database = await Database.open(dsn, settings)
    try:
        async with database.transaction() as tx:
            return await latest_jobs(tx, count)
    finally:
        await database.close()


def _cells(job: Job) -> tuple[str, ...]:
    total = "" if job.total is UNSET else f"{job.total:,}"
    status = job.status if job.message is UNSET else f"{job.status}: {job.message}"
    ids = ("" if each is UNSET else str(each) for each in (job.application_id, job.campaign_id))
    return (str(job.id), wire_time(job.created), *ids, job.kind, f"{job.done:,}", total, status)
