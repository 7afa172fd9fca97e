"""Budgets of stores in a campaign, and the end of its links to stores."""

from __future__ import annotations

from tercel.features.campaigns.store_budgets import csv, service
from tercel.features.campaigns.store_budgets.listing import StoreBudgetFilter
from tercel.features.campaigns.store_budgets.model import (
    NewStoreBudget,
    StoreBudgetList,
    StoreBudgetSummaries,
)
from tercel.features.common.csv.exporting import File
from tercel.features.common.csv.importing import Import
from tercel.http.kernel.call import CampaignCall
from tercel.http.kernel.operation import Access, Operations
from tercel.http.kernel.upload import Upload

api = Operations(
    "Store budgets", "/v1/applications/{applicationId}/campaigns/{campaignId}/stores", Access.MANAGEMENT
)


@api.post("createCampaignStoreBudget", "/budgets", status=201)
async def create_campaign_store_budget(call: CampaignCall[NewStoreBudget]) -> None:
    """Give stores of a campaign a budget."""
    await service.create_store_budget(call.tx, call.scope, call.body)


@api.put("updateCampaignStoreBudget", "/budgets")
async def update_campaign_store_budget(call: CampaignCall[NewStoreBudget]) -> None:
    """Replace the limits of a budget of stores in a campaign."""
    await service.update_store_budget(call.tx, call.scope, call.body)


@api.get("listCampaignStoreBudgetLimits", "/budgets")
async def list_campaign_store_budget_limits(call: CampaignCall[None, StoreBudgetFilter]) -> StoreBudgetList:
    """List the limits of stores in a campaign."""
    return StoreBudgetList(await service.list_store_budgets(call.tx, call.scope, call.query))


@api.delete("deleteCampaignStoreBudgets", "/budgets", is_query_strict=True)
async def delete_campaign_store_budgets(call: CampaignCall[None, StoreBudgetFilter]) -> None:
    """Delete the budgets of stores in a campaign, all without a filter."""
    await service.delete_store_budgets(call.tx, call.scope, call.query)


@api.get("summarizeCampaignStoreBudget", "/budgets/summary")
async def summarize_campaign_store_budget(call: CampaignCall) -> StoreBudgetSummaries:
    """Summarise the budgets of stores in a campaign."""
    return StoreBudgetSummaries(await service.summarize_store_budgets(call.tx, call.scope))


@api.get("exportCampaignStoreBudgets", "/budgets/export")
async def export_campaign_store_budgets(call: CampaignCall[None, StoreBudgetFilter]) -> File:
    """Export the limits of stores in a campaign as a file."""
    return csv.export_budgets(call.scope, call.query)


@api.post("importCampaignStoreBudget", "/budgets/import", status=201)
async def import_campaign_store_budget(call: CampaignCall[Upload, csv.BudgetImportQuery]) -> Import:
    """Import a budget of stores in a campaign from a file."""
    return await csv.import_budget(call.tx, call.scope, call.body.content, call.query)


@api.get("exportCampaignStores", "/export", tag="Stores")
async def export_campaign_stores(call: CampaignCall) -> File:
    """Export the stores of a campaign as a file."""
    return csv.export_stores(call.scope)


@api.post("importCampaignStores", "/import", tag="Stores")
async def import_campaign_stores(call: CampaignCall[Upload]) -> Import:
    """Import the stores of a campaign from a file."""
    return await csv.import_stores(call.tx, call.scope, call.body.content)


@api.delete("disconnectCampaignStores", tag="Stores")
async def disconnect_campaign_stores(call: CampaignCall) -> None:
    """Disconnect all stores from a campaign."""
    await service.disconnect_stores(call.tx, call.scope)
