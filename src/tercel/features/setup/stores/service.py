"""Creating, changing and deleting stores (behaviour/definitions 4)."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, update

from tercel.base.errors import InvalidError
from tercel.base.keys import lookup_key
from tercel.database.revisions import hold_decisions, touch_application
from tercel.database.tables.campaigns import campaigns, store_budgets
from tercel.database.transaction import Transaction
from tercel.features.common.attributes import check_attributes, load_definitions
from tercel.features.common.resource import Values
from tercel.features.common.scope import ApplicationScope
from tercel.features.setup.stores.model import NewStore, Store
from tercel.features.setup.stores.resource import STORES
from tercel.ledger.counting import count_campaign


async def create_store(tx: Transaction, scope: ApplicationScope, new: NewStore) -> Store:
    """Create a store.

    Raises:
        InvalidError: an attribute cannot be accepted.
        ConflictError: the integration id is taken in this application.
    """
    return await STORES.create(tx, scope, await _columns(tx, scope, new))


async def update_store(tx: Transaction, scope: ApplicationScope, store_id: int, new: NewStore) -> Store:
    """Replace name, description and attributes of a store.

    Raises:
        InvalidError: the integration id differs, or an attribute cannot be accepted.
        NotFoundError: the application has none with this id.
    """
    await STORES.get(tx, scope, store_id)
    return await STORES.change(tx, scope, store_id, await _columns(tx, scope, new))


async def delete_store(tx: Transaction, scope: ApplicationScope, store_id: int) -> None:
    """Delete a store with its budgets.

    Campaigns linked to it keep the link, which no session can match any more: dropping the last link of a campaign
    would make it run everywhere.

    Raises:
        NotFoundError: the application has none with this id.
    """
    await STORES.get(tx, scope, store_id)
    gone = delete(store_budgets).where(store_budgets.c.store_id == store_id)
    budgets = await tx.all(gone.returning(store_budgets.c.campaign_id, store_budgets.c.action))
    await STORES.delete(tx, scope, store_id)
    if budgets:
        changed = {row.campaign_id for row in budgets}
        revision = await touch_application(tx, scope.application_id)
        await tx.execute(update(campaigns).where(campaigns.c.id.in_(changed)).values(revision=revision))
        await hold_decisions(tx, scope.application_id)
        for campaign_id, action in sorted({(row.campaign_id, row.action) for row in budgets}):
            await count_campaign(tx, scope.application_id, campaign_id, {action})


async def _columns(tx: Transaction, scope: ApplicationScope, new: NewStore) -> Values:
    definitions = await load_definitions(tx, scope.account_id, "Store", application_id=scope.application_id)
    problems = check_attributes(new.attributes, definitions, "Store")
    if problems:
        raise InvalidError(*problems)
    return msgspec.structs.asdict(new) | {"key": lookup_key(new.integration_id)}
