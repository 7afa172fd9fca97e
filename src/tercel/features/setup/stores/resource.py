"""Stores as rows, and their list (behaviour/definitions 4)."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import ColumnElement, Select, any_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from tercel.base.keys import lookup_key
from tercel.database.tables.applications import stores
from tercel.database.tables.campaigns import campaigns
from tercel.features.common.filters import Filter, contains, means
from tercel.features.common.ids import Id
from tercel.features.common.listing import sortable
from tercel.features.common.resource import Resource, shown_as
from tercel.features.common.scope import ApplicationScope
from tercel.features.setup.stores.model import Store


def _is_linked(campaign_id: int) -> ColumnElement[bool]:
    linked = (
        select(func.unnest(campaigns.c.linked_store_ids))
        .where(campaigns.c.id == campaign_id, campaigns.c.application_id == stores.c.application_id)
        .scalar_subquery()
    )
    return stores.c.id.in_(linked)


def _has_identifier(integration_id: str) -> ColumnElement[bool]:
    return stores.c.key == lookup_key(integration_id)


class StoreFilter(Filter, kw_only=True, rename="camel"):
    """Which stores to list. ``query`` looks into names and integration ids."""

    campaign_id: Annotated[Id, means(_is_linked)] | None = None
    name: Annotated[str, contains(stores.c.name)] | None = None
    integration_id: Annotated[str, means(_has_identifier)] | None = None
    query: Annotated[str, contains(stores.c.name, stores.c.integration_id)] | None = None


def _select(scope: ApplicationScope) -> Select[Any]:
    """Select stores with the ids of the campaigns linked to each."""
    linked = (
        select(func.coalesce(func.array_agg(aggregate_order_by(campaigns.c.id, campaigns.c.id)), []))
        .where(
            campaigns.c.application_id == stores.c.application_id,
            stores.c.id == any_(campaigns.c.linked_store_ids),
        )
        .scalar_subquery()
        .label("linked_campaign_ids")
    )
    changed = func.coalesce(stores.c.updated, stores.c.created).label("updated")
    stored = [column for column in stores.c if column is not stores.c.updated]
    return select(*stored, changed, linked).where(*scope.holds(stores))


STORES: Resource[ApplicationScope, Store] = Resource(
    noun="store",
    table=stores,
    select=_select,
    answer=shown_as(Store),
    key=stores.c.id,
    unique="integration_id",
    fixed=["integration_id"],
    changed="updated",
    sort=sortable(stores, "id", "name", "integration_id", "created", "updated"),
)
