"""Budgets of stores in a campaign, and the end of its links to stores."""

from __future__ import annotations

import msgspec

from tercel.features.store_budgets import service
from tercel.features.store_budgets.model import (
    BudgetPeriod,
    NewStoreBudget,
    StoreBudgetAction,
    StoreBudgetFilters,
    StoreBudgetList,
    StoreBudgetSummaries,
)
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, operation

_STORES = "/v1/applications/{applicationId}/campaigns/{campaignId}/stores"
_BUDGETS = _STORES + "/budgets"
_TAG = "Store budgets"


class StoreBudgetQuery(msgspec.Struct, kw_only=True):
    """Which budgets are meant."""

    action: StoreBudgetAction | None = None
    period: BudgetPeriod | None = None

    def filters(self) -> StoreBudgetFilters:
        """The same for the feature."""
        return StoreBudgetFilters(action=self.action, period=self.period)


@operation(
    "createCampaignStoreBudget",
    "POST",
    _BUDGETS,
    Access.MANAGEMENT,
    body=NewStoreBudget,
    status=201,
    tag=_TAG,
)
async def create_campaign_store_budget(call: Call) -> None:
    """Give stores of a campaign a budget."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id = call.id("campaignId")
        await service.create_store_budget(tx, call.caller, application_id, campaign_id, call.body)


@operation(
    "listCampaignStoreBudgetLimits",
    "GET",
    _BUDGETS,
    Access.MANAGEMENT,
    query=StoreBudgetQuery,
    answer=StoreBudgetList,
    tag=_TAG,
)
async def list_campaign_store_budget_limits(call: Call) -> StoreBudgetList:
    """List the limits of stores in a campaign."""
    filters = call.query.filters()
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id = call.id("campaignId")
        data = await service.list_store_budgets(tx, application_id, campaign_id, filters, call.now)
        return StoreBudgetList(data=data)


@operation(
    "deleteCampaignStoreBudgets",
    "DELETE",
    _BUDGETS,
    Access.MANAGEMENT,
    query=StoreBudgetQuery,
    is_query_strict=True,
    tag=_TAG,
)
async def delete_campaign_store_budgets(call: Call) -> None:
    """Delete the budgets of stores in a campaign, all without a filter."""
    filters = call.query.filters()
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        campaign_id = call.id("campaignId")
        await service.delete_store_budgets(tx, call.caller, application_id, campaign_id, filters)


@operation(
    "summarizeCampaignStoreBudget",
    "GET",
    _BUDGETS + "/summary",
    Access.MANAGEMENT,
    answer=StoreBudgetSummaries,
    tag=_TAG,
)
async def summarize_campaign_store_budget(call: Call) -> StoreBudgetSummaries:
    """Summarise the budgets of stores in a campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        data = await service.summarize_store_budgets(tx, application_id, call.id("campaignId"))
        return StoreBudgetSummaries(data=data)


@operation("disconnectCampaignStores", "DELETE", _STORES, Access.MANAGEMENT, tag="Stores")
async def disconnect_campaign_stores(call: Call) -> None:
    """Disconnect all stores from a campaign."""
    async with call.transaction() as tx:
        application_id = await call.application(tx)
        await service.disconnect_stores(tx, call.caller, application_id, call.id("campaignId"))


OPERATIONS = [
    create_campaign_store_budget,
    list_campaign_store_budget_limits,
    delete_campaign_store_budgets,
    summarize_campaign_store_budget,
    disconnect_campaign_stores,
]
