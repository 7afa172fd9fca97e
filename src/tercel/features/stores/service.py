"""Creating, reading, changing and deleting stores (management.md 2.7). The integration id is fixed."""

from __future__ import annotations

from typing import Any

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem
from tercel.base.keys import lookup_key
from tercel.database.revisions import touch_application
from tercel.database.tables.applications import stores
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.stores import store
from tercel.features.stores.model import NewStore, Store, StoreFilters

_SORTABLE = {
    "id": stores.c.id,
    "name": stores.c.name,
    "integrationId": stores.c.integration_id,
    "created": stores.c.created,
    "updated": stores.c.updated,
}


async def create_store(tx: Transaction, caller: Caller, application_id: int, new: NewStore) -> Store:
    """Create a store.

    Raises:
        InvalidError: an attribute cannot be accepted.
        ConflictError: the integration id is taken in this application.
    """
    await _check(tx, caller, application_id, new)
    values = _columns(new) | {
        "application_id": application_id,
        "integration_id": new.integration_id,
        "key": lookup_key(new.integration_id),
    }
    store_id = await store.insert_store(tx, values)
    if store_id is None:
        details = f"there is already a store with the integration id `{new.integration_id}`"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/integrationId")])
    await touch_application(tx, application_id)
    return await get_store(tx, application_id, store_id)


async def list_stores(
    tx: Transaction, application_id: int, filters: StoreFilters, page: PageRequest, *, counted: bool
) -> Page[Store]:
    """One page of an application's stores."""
    statement = store.filtered(store.select_stores(application_id), filters)
    statement = order_by(statement, page.sort, allowed=_SORTABLE, default=stores.c.id)
    return await fetch_page(tx, statement, page, counted=counted, row=store.store_from_row)


async def get_store(tx: Transaction, application_id: int, store_id: int) -> Store:
    """One store.

    Raises:
        NotFoundError: the application has none with this id.
    """
    row = await store.find_store(tx, application_id, store_id)
    if row is None:
        raise NotFoundError(f"there is no store `{store_id}`")
    return store.store_from_row(row)


async def update_store(
    tx: Transaction, caller: Caller, application_id: int, store_id: int, new: NewStore
) -> Store:
    """Replace name, description and attributes of a store.

    Raises:
        InvalidError: the integration id differs, or an attribute cannot be accepted.
    """
    current = await get_store(tx, application_id, store_id)
    if new.integration_id != current.integration_id:
        details = "the integration id of a store cannot change: create another store"
        raise InvalidError.at("/integrationId", "readOnly", details)
    await _check(tx, caller, application_id, new)
    await store.update_store(tx, store_id, _columns(new))
    await touch_application(tx, application_id)
    return await get_store(tx, application_id, store_id)


async def delete_store(tx: Transaction, application_id: int, store_id: int) -> None:
    """Delete a store.

    Campaigns linked to it keep the link, which no session can match any more: dropping the last link of a campaign
    would make it run everywhere.
    """
    await get_store(tx, application_id, store_id)
    await store.delete_store(tx, store_id)
    await touch_application(tx, application_id)


async def _check(tx: Transaction, caller: Caller, application_id: int, new: NewStore) -> None:
    definitions = await load_definitions(tx, caller.account_id, "Store", application_id=application_id)
    problems = check_attributes(new.attributes, definitions, "Store")
    if problems:
        raise InvalidError(*problems)


def _columns(new: NewStore) -> dict[str, Any]:
    return {"name": new.name, "description": new.description, "attributes": new.attributes}
