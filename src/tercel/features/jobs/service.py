"""Seeing how far jobs are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, false, select

from tercel.base.errors import NotFoundError
from tercel.database.tables.jobs import jobs
from tercel.database.transaction import Transaction
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.jobs.model import Job

_OPTIONAL = ("application_id", "campaign_id", "total", "batch_id", "message", "finished")


def visible(scope: Scope) -> list[ColumnElement[bool]]:
    """Return the conditions on the jobs of an application, or on those that belong to the account alone, which callers for some
    applications do not see."""
    if isinstance(scope, ApplicationScope):
        return scope.holds(jobs)
    hidden = [] if scope.caller.allowed_application_ids is None else [false()]
    return [*scope.holds(jobs), jobs.c.application_id.is_(None), *hidden]


async def get_job(tx: Transaction, scope: Scope, job_id: int) -> Job:
    """Return one job.

    Raises:
        NotFoundError: the application, or the account alone, has none with this id.
    """
    row = await tx.one_or_none(select(jobs).where(*visible(scope), jobs.c.id == job_id))
    if row is None:
        owner = "of this application" if isinstance(scope, ApplicationScope) else "of the account"
        raise NotFoundError(f"job `{job_id}` does not exist among those {owner}")
    return job_from_row(row)


async def latest_jobs(tx: Transaction, count: int) -> list[Job]:
    """Return the newest jobs of all applications, the newest first."""
    return [job_from_row(row) for row in await tx.all(select(jobs).order_by(jobs.c.id.desc()).limit(count))]


def job_from_row(row: Row[Any]) -> Job:
    optional = {name: value for name in _OPTIONAL if (value := getattr(row, name)) is not None}
    return Job(
        id=row.id,
        created=row.created,
        kind=row.kind,
        status=row.status,
        done=row.done,
        created_by=row.created_by_id,
        **optional,
    )
