"""Seeing how far jobs are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from tercel.base.errors import NotFoundError
from tercel.database.tables.jobs import jobs
from tercel.database.transaction import Transaction
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.jobs.model import Job, JobFilter

_SORTABLE = {"id": jobs.c.id, "created": jobs.c.created, "status": jobs.c.status}
_OPTIONAL = ("total", "batch_id", "message", "finished")


async def get_job(tx: Transaction, application_id: int, job_id: int) -> Job:
    """One job.

    Raises:
        NotFoundError: the application has none with this id.
    """
    statement = select(jobs).where(jobs.c.application_id == application_id, jobs.c.id == job_id)
    row = await tx.one_or_none(statement)
    if row is None:
        raise NotFoundError(f"job `{job_id}` does not exist in this application")
    return _job(row)


async def list_jobs(tx: Transaction, application_id: int, filters: JobFilter, page: PageRequest) -> Page[Job]:
    """One page of the application's jobs, the newest first unless told otherwise."""
    given = {name: getattr(filters, name) for name in JobFilter.__struct_fields__}
    which = [jobs.c[name] == value for name, value in given.items() if value is not None]
    statement = select(jobs).where(jobs.c.application_id == application_id, *which)
    ordered = order_by(statement, page.sort, allowed=_SORTABLE, default=jobs.c.id.desc())
    return await fetch_page(tx, ordered, page, counted=False, row=_job)


async def latest_jobs(tx: Transaction, count: int) -> list[Job]:
    """The newest jobs of all applications, the newest first."""
    return [_job(row) for row in await tx.all(select(jobs).order_by(jobs.c.id.desc()).limit(count))]


def _job(row: Row[Any]) -> Job:
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
