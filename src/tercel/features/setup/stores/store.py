"""Stores in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, Select, any_, delete, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from tercel.database.tables.applications import stores
from tercel.database.tables.campaigns import campaigns, store_budgets
from tercel.database.transaction import Transaction
from tercel.features.setup.stores.model import Store


def select_stores(application_id: int) -> Select[Any]:
    """All stores of an application, with the ids of the campaigns linked to each."""
    linked = (
        select(func.coalesce(func.array_agg(aggregate_order_by(campaigns.c.id, campaigns.c.id)), []))
        .where(
            campaigns.c.application_id == stores.c.application_id,
            stores.c.id == any_(campaigns.c.linked_store_ids),
        )
        .scalar_subquery()
        .label("linked_campaign_ids")
    )
    return select(stores, linked).where(stores.c.application_id == application_id)


async def find_store(tx: Transaction, application_id: int, store_id: int) -> Row[Any] | None:
    """One store, or None."""
    return await tx.one_or_none(select_stores(application_id).where(stores.c.id == store_id))


async def insert_store(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Write a new store; its id, or None when the integration id is taken."""
    statement = insert(stores).values(**values).on_conflict_do_nothing().returning(stores.c.id)
    store_id = await tx.scalar(statement)
    return None if store_id is None else int(store_id)


async def update_store(tx: Transaction, store_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a store."""
    await tx.execute(update(stores).where(stores.c.id == store_id).values(**values, updated=func.now()))


async def delete_store(tx: Transaction, store_id: int) -> set[tuple[int, str]]:
    """Remove a store with its budgets; the campaigns and actions of these."""
    gone = delete(store_budgets).where(store_budgets.c.store_id == store_id)
    budgets = await tx.all(gone.returning(store_budgets.c.campaign_id, store_budgets.c.action))
    await tx.execute(delete(stores).where(stores.c.id == store_id))
    return {(row.campaign_id, row.action) for row in budgets}


async def mark_campaigns(tx: Transaction, campaign_ids: Collection[int], revision: int) -> None:
    """Record that campaigns changed, so that caches load them again."""
    await tx.execute(update(campaigns).where(campaigns.c.id.in_(campaign_ids)).values(revision=revision))


def store_from_row(row: Row[Any]) -> Store:
    """A store as answered, from a row of ``select_stores``."""
    return Store(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        updated=row.updated or row.created,
        name=row.name,
        description=row.description,
        attributes=row.attributes,
        integration_id=row.integration_id,
        linked_campaign_ids=row.linked_campaign_ids,
    )
