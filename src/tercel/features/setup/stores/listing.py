"""Lists of stores."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import ColumnElement, func, select

from tercel.base.keys import lookup_key
from tercel.database.tables.applications import stores
from tercel.database.tables.campaigns import campaigns
from tercel.features.common.filters import Filter, contains, means
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope
from tercel.features.setup.stores.model import Store
from tercel.features.setup.stores.store import select_stores, store_from_row


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


STORES: Listing[ApplicationScope, Store] = Listing(
    select=lambda scope: select_stores(scope.application_id),
    answer=each(store_from_row),
    key=stores.c.id,
    sort={
        "id": stores.c.id,
        "name": stores.c.name,
        "integrationId": stores.c.integration_id,
        "created": stores.c.created,
        "updated": stores.c.updated,
    },
)
