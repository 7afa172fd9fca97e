"""Giving stores budgets in a campaign, showing and taking them away (behaviour/budgets 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem
from tercel.base.limits import DISCOUNT_LIMIT_MAX
from tercel.database.revisions import hold_decisions, touch_application
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.evaluation.state.budgets import period_key
from tercel.features.campaigns.campaigns import store as campaigns
from tercel.features.campaigns.campaigns.service import require_campaign
from tercel.features.campaigns.store_budgets import store
from tercel.features.campaigns.store_budgets.listing import StoreBudgetFilter
from tercel.features.campaigns.store_budgets.model import (
    BudgetPeriod,
    NewStoreBudget,
    StoreBudget,
    StoreBudgetSummary,
    StoreLimit,
)
from tercel.features.common.scope import CampaignScope
from tercel.ledger.counting import count_campaign


async def create_store_budget(tx: Transaction, scope: CampaignScope, new: NewStoreBudget) -> None:
    """Give stores a budget; each starts with what the ledger holds for it.

    Raises:
        InvalidError: a store is unknown, named twice or not one of the campaign's, or a limit is out of range.
        ConflictError: there is a budget for the same action and period.
    """
    # Because: this lock makes of two equal budgets at the same time the second one a conflict.
    revision = await touch_application(tx, scope.application_id)
    campaign = await require_campaign(tx, scope.application_id, scope.campaign_id)
    if await store.stores_of(tx, scope.campaign_id, new.action, new.period or ""):
        details = "there is already a budget for this action and period: change it, or delete it first"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/period")])
    await _write(tx, campaign, new)
    await _mark(tx, scope, revision)
    await hold_decisions(tx, scope.application_id)
    await count_campaign(tx, scope.application_id, scope.campaign_id, {new.action})


async def update_store_budget(tx: Transaction, scope: CampaignScope, new: NewStoreBudget) -> None:
    """Replace the limits of a budget: stores that are not named have none any more, new ones start with what the ledger
    holds for them.

    Raises:
        InvalidError: as for a new one.
        NotFoundError: there is no budget for the action and period.
    """
    revision = await touch_application(tx, scope.application_id)
    campaign = await require_campaign(tx, scope.application_id, scope.campaign_id)
    before = await store.stores_of(tx, scope.campaign_id, new.action, new.period or "")
    if not before:
        raise NotFoundError("there is no budget of stores for this action and period: create it first")
    period: BudgetPeriod = new.period or "overall"
    filters = StoreBudgetFilter(action=new.action, period=period)
    await store.delete_budgets(tx, scope, filters)
    await _write(tx, campaign, new)
    await _mark(tx, scope, revision)
    if before != {each.store_id for each in new.store_limits}:
        await hold_decisions(tx, scope.application_id)
        await count_campaign(tx, scope.application_id, scope.campaign_id, {new.action})


async def list_store_budgets(
    tx: Transaction, scope: CampaignScope, filters: StoreBudgetFilter
) -> list[StoreBudget]:
    """Return the limits of stores with what is used of them now."""
    rows = await store.list_limits(tx, scope, filters)
    zone = select(applications.c.timezone).where(applications.c.id == scope.application_id)
    timezone = ZoneInfo(await tx.scalar(zone))
    periods = {row.period: period_key(row.period, scope.now, timezone) for row in rows}
    used = await store.load_counters(tx, scope.application_id, scope.campaign_id, periods.values())
    return [
        store.limit_from_row(row, used.get((row.action, f"Store={row.store_id}", periods[row.period])))
        for row in rows
    ]


async def summarize_store_budgets(tx: Transaction, scope: CampaignScope) -> list[StoreBudgetSummary]:
    """Return the budgets of a campaign, one for each action and period."""
    return await store.summarize(tx, scope.campaign_id)


async def delete_store_budgets(tx: Transaction, scope: CampaignScope, filters: StoreBudgetFilter) -> None:
    """Take away the budgets that the filters mean, all of the campaign without any."""
    revision = await touch_application(tx, scope.application_id)
    await require_campaign(tx, scope.application_id, scope.campaign_id)
    actions = await store.delete_budgets(tx, scope, filters)
    if actions:
        await _mark(tx, scope, revision)
        await hold_decisions(tx, scope.application_id)
        await count_campaign(tx, scope.application_id, scope.campaign_id, actions)


async def disconnect_stores(tx: Transaction, scope: CampaignScope) -> None:
    """Link the campaign to no store, so that it runs everywhere; budgets of stores stay."""
    revision = await touch_application(tx, scope.application_id)
    await require_campaign(tx, scope.application_id, scope.campaign_id)
    values = {
        "linked_store_ids": [],
        "stores_imported": False,
        "revision": revision,
        "updated_by_id": scope.user_id,
    }
    await campaigns.update_campaign(tx, scope.campaign_id, values)


async def _write(tx: Transaction, campaign: Row[Any], new: NewStoreBudget) -> None:
    missing = await campaigns.missing_stores(
        tx, campaign.application_id, [each.store_id for each in new.store_limits]
    )
    problems = list(_problems(new.store_limits, missing, frozenset(campaign.linked_store_ids)))
    if problems:
        raise InvalidError(*problems)
    shared = {
        "application_id": campaign.application_id,
        "campaign_id": campaign.id,
        "action": new.action,
        "period": new.period or "",
    }
    rows = [{**shared, "store_id": each.store_id, "limit": each.limit} for each in new.store_limits]
    await store.insert_budget(tx, rows)


async def _mark(tx: Transaction, scope: CampaignScope, revision: int) -> None:
    """Record that the campaign changed, so that caches load it again."""
    values = {"revision": revision, "updated_by_id": scope.user_id}
    await campaigns.update_campaign(tx, scope.campaign_id, values)


def _problems(limits: list[StoreLimit], missing: set[int], linked: frozenset[int]) -> Iterator[Problem]:
    seen = set()
    for index, each in enumerate(limits):
        at = f"/storeLimits/{index}"
        if each.store_id in missing:
            details = f"there is no store `{each.store_id}` in this application"
            yield Problem(title="Unknown", details=details, pointer=f"{at}/storeId")
        elif linked and each.store_id not in linked:
            details = f"the campaign is not linked to store `{each.store_id}`: link it first"
            yield Problem(title="Unknown", details=details, pointer=f"{at}/storeId")
        if each.store_id in seen:
            details = f"store `{each.store_id}` is named twice"
            yield Problem(title="uniqueItems", details=details, pointer=f"{at}/storeId")
        if not 0 <= each.limit <= DISCOUNT_LIMIT_MAX:
            details = f"limit must be between 0 and {DISCOUNT_LIMIT_MAX:f}"
            yield Problem(title="minimum", details=details, pointer=f"{at}/limit")
        seen.add(each.store_id)
