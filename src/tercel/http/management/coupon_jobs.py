"""Creating and deleting coupons in the background (management.md 4.3, 4.4); ``jobs`` shows how far they are."""

from __future__ import annotations

from tercel.features.codes.campaign import get_code_campaign
from tercel.features.codes.make import secure_choices
from tercel.features.coupons.creation_job import request_creation
from tercel.features.coupons.deletion_job import request_deletion
from tercel.features.coupons.model import (
    AsyncCouponCreationResponse,
    AsyncCouponDeletionJobResponse,
    NewCouponCreationJob,
    NewCouponDeletionJob,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, operation

_CAMPAIGN = "/v1/applications/{applicationId}/campaigns/{campaignId}"
_TAG = "Coupons"


@operation(
    "createCouponsAsync",
    "POST",
    f"{_CAMPAIGN}/coupons_async",
    Access.MANAGEMENT,
    body=NewCouponCreationJob,
    answer=AsyncCouponCreationResponse,
    tag=_TAG,
)
async def create_coupons_async(call: Call) -> AsyncCouponCreationResponse:
    """Create coupons in the background.

    The job of the batch says how many there are already: see `listJobs`.
    """
    async with call.transaction() as tx:
        campaign = await get_code_campaign(tx, await call.application(tx), call.id("campaignId"))
        batch_id = await request_creation(
            tx, campaign, call.body, user_id=call.user_id, now=call.now, choices=secure_choices
        )
    call.services.bell.ring()
    return AsyncCouponCreationResponse(batch_id)


@operation(
    "createCouponsDeletionJob",
    "POST",
    f"{_CAMPAIGN}/coupons_deletion_jobs",
    Access.MANAGEMENT,
    body=NewCouponDeletionJob,
    answer=AsyncCouponDeletionJobResponse,
    status=202,
    tag=_TAG,
)
async def create_coupons_deletion_job(call: Call) -> AsyncCouponDeletionJobResponse:
    """Delete the coupons that match the filters in the background, all of the campaign without any."""
    async with call.transaction() as tx:
        campaign = await get_code_campaign(tx, await call.application(tx), call.id("campaignId"))
        job_id = await request_deletion(tx, campaign, call.body, user_id=call.user_id, now=call.now)
    call.services.bell.ring()
    return AsyncCouponDeletionJobResponse(job_id)


OPERATIONS = [create_coupons_async, create_coupons_deletion_job]
