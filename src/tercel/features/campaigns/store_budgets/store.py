"""Store budgets in the database. The period of a budget for all times is empty there, as in its counter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from tercel.base.numbers import ZERO, tidy
from tercel.database.tables.applications import stores
from tercel.database.tables.campaigns import store_budgets
from tercel.database.tables.ledger import counters
from tercel.database.transaction import Transaction
from tercel.features.campaigns.store_budgets.listing import StoreBudgetFilter
from tercel.features.campaigns.store_budgets.model import (
    OVERALL,
    BudgetStore,
    StoreBudget,
    StoreBudgetSummary,
)
from tercel.features.common.scope import CampaignScope


async def stores_of(tx: Transaction, campaign_id: int, action: str, period: str) -> set[int]:
    """Return the stores that have a budget for the action and the period; none when there is no such budget."""
    statement = select(store_budgets.c.store_id).where(
        store_budgets.c.campaign_id == campaign_id,
        store_budgets.c.action == action,
        store_budgets.c.period == period,
    )
    return set(await tx.scalars(statement))


async def insert_budget(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the limits of a new budget."""
    await tx.execute(insert(store_budgets).values(list(rows)))


async def delete_budgets(tx: Transaction, scope: CampaignScope, filters: StoreBudgetFilter) -> set[str]:
    """Remove the budgets that the filters mean; the actions of which some are gone."""
    gone = (
        delete(store_budgets)
        .where(*scope.holds(store_budgets), *filters.conditions(scope))
        .returning(store_budgets.c.action)
    )
    return set(await tx.scalars(gone))


async def list_limits(
    tx: Transaction, scope: CampaignScope, filters: StoreBudgetFilter
) -> Sequence[Row[Any]]:
    """Return the limits of stores with their stores, by action, period and store."""
    table = store_budgets.c
    statement = (
        select(store_budgets, stores.c.integration_id, stores.c.name)
        .join(stores, stores.c.id == table.store_id)
        .where(*scope.holds(store_budgets), *filters.conditions(scope))
        .order_by(table.action, table.period, table.store_id)
    )
    return await tx.all(statement)


async def load_counters(
    tx: Transaction, application_id: int, campaign_id: int, periods: Collection[str]
) -> dict[tuple[str, str, str], Decimal]:
    """Load what is used in some periods, by action, scope and period key."""
    statement = select(counters).where(
        counters.c.application_id == application_id,
        counters.c.campaign_id == campaign_id,
        counters.c.period.in_(periods),
        counters.c.scope.startswith("Store="),
    )
    return {(row.action, row.scope, row.period): row.used for row in await tx.all(statement)}


async def summarize(tx: Transaction, campaign_id: int) -> list[StoreBudgetSummary]:
    """Return the budgets of a campaign with the numbers of their stores."""
    table = store_budgets.c
    statement = (
        select(
            table.action,
            table.period,
            func.count().label("store_count"),
            func.bool_or(table.imported).label("imported"),
        )
        .where(table.campaign_id == campaign_id)
        .group_by(table.action, table.period)
        .order_by(table.action, table.period)
    )
    return [
        StoreBudgetSummary(
            action=row.action,
            period=row.period or OVERALL,
            store_count=row.store_count,
            imported=row.imported,
        )
        for row in await tx.all(statement)
    ]


def limit_from_row(row: Row[Any], used: Decimal | None) -> StoreBudget:
    """Return a limit as answered, from a row of ``list_limits``."""
    return StoreBudget(
        store=BudgetStore(id=row.store_id, integration_id=row.integration_id, name=row.name),
        limit=tidy(row.limit),
        counter=tidy(used or ZERO),
        action=row.action,
        period=row.period or OVERALL,
    )
