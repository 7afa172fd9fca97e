"""Coupons as files (behaviour/csv 5)."""

from __future__ import annotations

from tercel.features.codes.coupons import csv
from tercel.features.common.csv.exporting import File
from tercel.features.common.csv.importing import Import
from tercel.http.kernel.call import ApplicationCall, CampaignCall
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.upload import Upload

api = Operations("Coupons", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("exportCoupons", "/export_coupons")
async def export_coupons(call: ApplicationCall[None, csv.CouponExportQuery]) -> File:
    """Export coupons as a file."""
    return await csv.export_coupons(call.tx, call.scope, call.query)


@api.post("importCoupons", "/campaigns/{campaignId}/import_coupons")
async def import_coupons(call: CampaignCall[Upload, csv.CouponImportQuery]) -> Import:
    """Import coupons from a file."""
    return await csv.import_coupons(call.tx, call.scope, call.campaign, call.body.content, call.query)
