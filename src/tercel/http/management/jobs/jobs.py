"""Jobs: what runs in the background, and how far it is. Beyond the contract, which has no reading side for them."""

from __future__ import annotations

from tercel.features.common.envelopes import Uncounted
from tercel.features.common.listing import Paged, ShortPaging
from tercel.features.jobs import service
from tercel.features.jobs.listing import JOBS, AccountJobFilter, JobFilter
from tercel.features.jobs.model import Job
from tercel.http.kernel.call import AccountCall, ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Jobs", "/v1/applications/{applicationId}/jobs", Access.MANAGEMENT)


@api.get("listJobs")
async def list_jobs(call: ApplicationCall[None, Paged[JobFilter, ShortPaging]]) -> Uncounted[Job]:
    """List the jobs of an application, the newest first."""
    return await JOBS.uncounted(call.tx, call.scope, call.query)


@api.get("getJob", "/{jobId}")
async def get_job(call: ApplicationCall) -> Job:
    """Get a job: what it is, how many rows it has done of how many, and why it ended early if it did."""
    return await service.get_job(call.tx, call.scope, call.id("jobId"))


@api.get("listAccountJobs", "/v1/jobs")
async def list_account_jobs(
    call: AccountCall[None, Paged[AccountJobFilter, ShortPaging]],
) -> Uncounted[Job]:
    """List the jobs that belong to the account and to no application, the newest first."""
    return await JOBS.uncounted(call.tx, call.scope, call.query)


@api.get("getAccountJob", "/v1/jobs/{jobId}")
async def get_account_job(call: AccountCall) -> Job:
    """Get a job that belongs to the account and to no application."""
    return await service.get_job(call.tx, call.scope, call.id("jobId"))
