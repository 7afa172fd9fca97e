"""Jobs: what runs in the background, and how far it is. Beyond the contract, which has no reading side for them."""

from __future__ import annotations

from tercel.features.common.ids import Id
from tercel.features.jobs import service
from tercel.features.jobs.model import Job, JobFilter, Status
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Uncounted, uncounted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import ShortPageQuery

_ALL = "/v1/applications/{applicationId}/jobs"
_TAG = "Jobs"


class JobQuery(ShortPageQuery, rename="camel", kw_only=True):
    """Filters of ``listJobs``."""

    campaign_id: Id | None = None
    batch_id: str | None = None
    status: Status | None = None


@operation("listJobs", "GET", _ALL, Access.MANAGEMENT, query=JobQuery, answer=Uncounted[Job], tag=_TAG)
async def list_jobs(call: Call) -> Uncounted[Job]:
    """List the jobs of an application, the newest first."""
    query: JobQuery = call.query
    filters = JobFilter(campaign_id=query.campaign_id, batch_id=query.batch_id, status=query.status)
    async with call.transaction() as tx:
        return uncounted(await service.list_jobs(tx, await call.application(tx), filters, query.page()))


@operation("getJob", "GET", f"{_ALL}/{{jobId}}", Access.MANAGEMENT, answer=Job, tag=_TAG)
async def get_job(call: Call) -> Job:
    """Get a job: what it is, how many coupons it has done of how many, and why it ended early if it did."""
    async with call.transaction() as tx:
        return await service.get_job(tx, await call.application(tx), call.id("jobId"))


OPERATIONS = [list_jobs, get_job]
