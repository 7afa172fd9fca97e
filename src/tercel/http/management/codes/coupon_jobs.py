"""Creating and deleting coupons in the background (behaviour/jobs 1, 3); ``jobs`` shows how far they are."""

from __future__ import annotations

from tercel.features.codes.coupons.creation_job import request_creation
from tercel.features.codes.coupons.deletion_job import NewCouponDeletionJob, request_deletion
from tercel.features.codes.coupons.model import (
    AsyncCouponCreationResponse,
    AsyncCouponDeletionJobResponse,
    NewCouponCreationJob,
)
from tercel.http.kernel.call import CampaignCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Coupons", "/v1/applications/{applicationId}/campaigns/{campaignId}", Access.MANAGEMENT)


@api.post("createCouponsAsync", "/coupons_async")
async def create_coupons_async(call: CampaignCall[NewCouponCreationJob]) -> AsyncCouponCreationResponse:
    """Create coupons in the background.

    The job of the batch says how many there are already: see `listJobs`.
    """
    return AsyncCouponCreationResponse(await request_creation(call.tx, call.scope, call.campaign, call.body))


@api.post("createCouponsDeletionJob", "/coupons_deletion_jobs", status=202)
async def create_coupons_deletion_job(
    call: CampaignCall[NewCouponDeletionJob],
) -> AsyncCouponDeletionJobResponse:
    """Delete the coupons that match the filters in the background, all of the campaign without any."""
    return AsyncCouponDeletionJobResponse(await request_deletion(call.tx, call.scope, call.body))
