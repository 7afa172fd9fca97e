"""Giving stores budgets in a campaign, showing and taking them away (management.md 2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.base.limits import DISCOUNT_LIMIT_MAX
from tercel.database.revisions import touch_application
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.evaluation.budgets import period_key
from tercel.features.campaigns import store as campaigns
from tercel.features.campaigns.service import require_campaign
from tercel.features.common.caller import Caller
from tercel.features.store_budgets import store
from tercel.features.store_budgets.model import (
    NewStoreBudget,
    StoreBudget,
    StoreBudgetFilters,
    StoreBudgetSummary,
    StoreLimit,
)


async def create_store_budget(
    tx: Transaction, caller: Caller, application_id: int, campaign_id: int, new: NewStoreBudget
) -> None:
    """Give stores a budget; each starts with nothing used, or with what its counter still knows.

    Raises:
        InvalidError: a store is unknown, named twice or not one of the campaign's, or a limit is out of range.
        ConflictError: there is a budget for the same action and period.
    """
    # Because: this lock makes of two equal budgets at the same time the second one a conflict.
    revision = await touch_application(tx, application_id)
    campaign = await require_campaign(tx, application_id, campaign_id)
    period = new.period or ""
    if await store.has_budget(tx, campaign_id, new.action, period):
        details = "there is already a budget for this action and period: delete it first"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/period")])
    missing = await campaigns.missing_stores(tx, application_id, [each.store_id for each in new.store_limits])
    problems = list(_problems(new.store_limits, missing, frozenset(campaign.linked_store_ids)))
    if problems:
        raise InvalidError(*problems)
    shared = {
        "application_id": application_id,
        "campaign_id": campaign_id,
        "action": new.action,
        "period": period,
    }
    rows = [{**shared, "store_id": each.store_id, "limit": each.limit} for each in new.store_limits]
    await store.insert_budget(tx, rows)
    await _mark(tx, caller, campaign_id, revision)


async def list_store_budgets(
    tx: Transaction, application_id: int, campaign_id: int, filters: StoreBudgetFilters, now: datetime
) -> list[StoreBudget]:
    """The limits of stores with what is used of them now."""
    await require_campaign(tx, application_id, campaign_id)
    rows = await store.list_limits(tx, campaign_id, filters)
    timezone = await tx.scalar(select(applications.c.timezone).where(applications.c.id == application_id))
    periods = {row.period: period_key(row.period, now, ZoneInfo(timezone)) for row in rows}
    used = await store.load_counters(tx, application_id, campaign_id, periods.values())
    return [
        store.limit_from_row(row, used.get((row.action, f"Store={row.store_id}", periods[row.period])))
        for row in rows
    ]


async def summarize_store_budgets(
    tx: Transaction, application_id: int, campaign_id: int
) -> list[StoreBudgetSummary]:
    """The budgets of a campaign, one for each action and period."""
    await require_campaign(tx, application_id, campaign_id)
    return await store.summarize(tx, campaign_id)


async def delete_store_budgets(
    tx: Transaction, caller: Caller, application_id: int, campaign_id: int, filters: StoreBudgetFilters
) -> None:
    """Take away the budgets that the filters mean, all of the campaign without any."""
    revision = await touch_application(tx, application_id)
    await require_campaign(tx, application_id, campaign_id)
    if await store.delete_budgets(tx, campaign_id, filters):
        await _mark(tx, caller, campaign_id, revision)


async def disconnect_stores(tx: Transaction, caller: Caller, application_id: int, campaign_id: int) -> None:
    """Link the campaign to no store, so that it runs everywhere; budgets of stores stay."""
    revision = await touch_application(tx, application_id)
    await require_campaign(tx, application_id, campaign_id)
    values = {"linked_store_ids": [], "revision": revision, "updated_by_id": caller.user_id}
    await campaigns.update_campaign(tx, campaign_id, values)


async def _mark(tx: Transaction, caller: Caller, campaign_id: int, revision: int) -> None:
    """Record that the campaign changed, so that caches load it again."""
    values = {"revision": revision, "updated_by_id": caller.user_id}
    await campaigns.update_campaign(tx, campaign_id, values)


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
