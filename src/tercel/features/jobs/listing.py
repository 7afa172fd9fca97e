"""Lists of jobs."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import select

from tercel.database.tables.jobs import jobs
from tercel.features.common.filters import Filter, equals
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.features.jobs.model import Job, Status
from tercel.features.jobs.service import job_from_row, visible


class AccountJobFilter(Filter, kw_only=True, rename="camel"):
    """Which jobs to list."""

    batch_id: Annotated[str, equals(jobs.c.batch_id)] | None = None
    status: Annotated[Status, equals(jobs.c.status)] | None = None


class JobFilter(AccountJobFilter, kw_only=True, rename="camel"):
    """Which jobs of an application to list."""

    campaign_id: Annotated[Id, equals(jobs.c.campaign_id)] | None = None


JOBS: Listing[Scope, Job] = Listing(
    select=lambda scope: select(jobs).where(*visible(scope)),
    answer=each(job_from_row),
    key=jobs.c.id,
    sort={"id": jobs.c.id, "created": jobs.c.created, "status": jobs.c.status},
    order=[jobs.c.id.desc()],
)
