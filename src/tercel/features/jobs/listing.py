"""Lists of jobs."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import select

from tercel.database.tables.jobs import jobs
from tercel.features.common.filters import Filter, equals
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope
from tercel.features.jobs.model import Job, Status
from tercel.features.jobs.service import job_from_row


class JobFilter(Filter, kw_only=True, rename="camel"):
    """Which jobs to list."""

    campaign_id: Annotated[Id, equals(jobs.c.campaign_id)] | None = None
    batch_id: Annotated[str, equals(jobs.c.batch_id)] | None = None
    status: Annotated[Status, equals(jobs.c.status)] | None = None


JOBS: Listing[ApplicationScope, Job] = Listing(
    select=lambda scope: select(jobs).where(*scope.holds(jobs)),
    answer=each(job_from_row),
    key=jobs.c.id,
    sort={"id": jobs.c.id, "created": jobs.c.created, "status": jobs.c.status},
    order=[jobs.c.id.desc()],
)
