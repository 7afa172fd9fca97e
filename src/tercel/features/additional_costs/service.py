"""Defining and reading additional costs (management.md 2.8). The name is fixed: carts refer to it."""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem
from tercel.database.revisions import touch_account
from tercel.database.tables.definitions import additional_costs
from tercel.database.transaction import Transaction
from tercel.features.additional_costs import store
from tercel.features.additional_costs.model import AdditionalCost, NewAdditionalCost
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.common.subscriptions import check_applications

_SORTABLE = {
    "id": additional_costs.c.id,
    "name": additional_costs.c.name,
    "title": additional_costs.c.title,
    "type": additional_costs.c.type,
    "created": additional_costs.c.created,
}


async def create_additional_cost(tx: Transaction, caller: Caller, new: NewAdditionalCost) -> AdditionalCost:
    """Define a cost.

    Raises:
        ConflictError: the name is taken.
    """
    await check_applications(tx, caller.account_id, new.subscribed_applications_ids)
    row = await store.insert_cost(tx, _columns(new) | {"account_id": caller.account_id})
    if row is None:
        details = f"there is already an additional cost `{new.name}`"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])
    await touch_account(tx, caller.account_id)
    return store.cost_from_row(row)


async def list_additional_costs(tx: Transaction, caller: Caller, page: PageRequest) -> Page[AdditionalCost]:
    """One page of the account's costs, with the total."""
    statement = store.select_costs(caller.account_id)
    statement = order_by(statement, page.sort, allowed=_SORTABLE, default=additional_costs.c.id)
    return await fetch_page(tx, statement, page, counted=True, row=store.cost_from_row)


async def get_additional_cost(tx: Transaction, caller: Caller, cost_id: int) -> AdditionalCost:
    """One cost.

    Raises:
        NotFoundError: the account has none with this id.
    """
    row = await tx.one_or_none(store.select_costs(caller.account_id).where(additional_costs.c.id == cost_id))
    if row is None:
        raise NotFoundError(f"there is no additional cost `{cost_id}`")
    return store.cost_from_row(row)


async def update_additional_cost(
    tx: Transaction, caller: Caller, cost_id: int, new: NewAdditionalCost
) -> AdditionalCost:
    """Change everything but the name of a cost.

    Raises:
        InvalidError: the name differs.
        NotFoundError: the account has none with this id.
    """
    current = await get_additional_cost(tx, caller, cost_id)
    if new.name != current.name:
        details = "the name of an additional cost cannot change: define a new one"
        raise InvalidError.at("/name", "readOnly", details)
    await check_applications(tx, caller.account_id, new.subscribed_applications_ids)
    row = await store.update_cost(tx, caller.account_id, cost_id, _columns(new))
    if row is None:
        raise NotFoundError(f"there is no additional cost `{cost_id}`")
    await touch_account(tx, caller.account_id)
    return store.cost_from_row(row)


def _columns(new: NewAdditionalCost) -> dict[str, Any]:
    values = msgspec.structs.asdict(new)
    values["subscribed_application_ids"] = values.pop("subscribed_applications_ids")
    return values
