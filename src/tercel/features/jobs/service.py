"""Seeing how far jobs are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from tercel.base.errors import NotFoundError
from tercel.database.tables.jobs import jobs
from tercel.database.transaction import Transaction
from tercel.features.jobs.model import Job

_OPTIONAL = ("total", "batch_id", "message", "finished")


async def get_job(tx: Transaction, application_id: int, job_id: int) -> Job:
    """Return one job.

    Raises:
        NotFoundError: the application has none with this id.
    """
    statement = select(jobs).where(jobs.c.application_id == application_id, jobs.c.id == job_id)
    row = await tx.one_or_none(statement)
    if row is None:
        raise NotFoundError(f"job `{job_id}` does not exist in this application")
    return job_from_row(row)


async def latest_jobs(tx: Transaction, count: int) -> list[Job]:
    """Return the newest jobs of all applications, the newest first."""
    return [job_from_row(row) for row in await tx.all(select(jobs).order_by(jobs.c.id.desc()).limit(count))]


def job_from_row(row: Row[Any]) -> Job:
    optional = {name: value for name in _OPTIONAL if (value := getattr(row, name)) is not None}
    return Job(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        campaign_id=row.campaign_id,
        kind=row.kind,
        status=row.status,
        done=row.done,
        created_by=row.created_by_id,
        **optional,
    )
