"""Creating, reading, changing and deleting stores (behaviour/definitions 4). The integration id is fixed."""

from __future__ import annotations

from typing import Any

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem
from tercel.base.keys import lookup_key
from tercel.database.revisions import hold_decisions, touch_application
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.caller import Caller
from tercel.features.setup.stores import store
from tercel.features.setup.stores.model import NewStore, Store
from tercel.ledger.counting import count_campaign


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
    budgets = await store.delete_store(tx, store_id)
    revision = await touch_application(tx, application_id)
    if budgets:
        await store.mark_campaigns(tx, {campaign_id for campaign_id, _ in budgets}, revision)
        await hold_decisions(tx, application_id)
        for campaign_id, action in sorted(budgets):
            await count_campaign(tx, application_id, campaign_id, {action})


async def _check(tx: Transaction, caller: Caller, application_id: int, new: NewStore) -> None:
    definitions = await load_definitions(tx, caller.account_id, "Store", application_id=application_id)
    problems = check_attributes(new.attributes, definitions, "Store")
    if problems:
        raise InvalidError(*problems)


def _columns(new: NewStore) -> dict[str, Any]:
    return {"name": new.name, "description": new.description, "attributes": new.attributes}
