"""Referrals as files (behaviour/csv 6)."""

from __future__ import annotations

from tercel.features.codes.referrals import csv
from tercel.features.common.csv.exporting import File
from tercel.features.common.csv.importing import Import
from tercel.http.kernel.call import ApplicationCall, CampaignCall
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.upload import Upload

api = Operations("Referrals", "/v1/applications/{applicationId}", Access.MANAGEMENT)


@api.get("exportReferrals", "/export_referrals")
async def export_referrals(call: ApplicationCall[None, csv.ReferralExportQuery]) -> File:
    """Export referrals as a file."""
    return await csv.export_referrals(call.tx, call.scope, call.query)


@api.post("importReferrals", "/campaigns/{campaignId}/import_referrals")
async def import_referrals(call: CampaignCall[Upload]) -> Import:
    """Import referrals from a file."""
    return await csv.import_referrals(call.tx, call.scope, call.campaign, call.body.content)
