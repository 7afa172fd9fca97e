"""Defining and reading additional costs (behaviour/definitions 3). The name is fixed: carts refer to it."""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem
from tercel.database.revisions import touch_account
from tercel.database.tables.definitions import additional_costs
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.additional_costs import store
from tercel.features.setup.additional_costs.model import AdditionalCost, NewAdditionalCost


async def create_additional_cost(tx: Transaction, caller: Caller, new: NewAdditionalCost) -> AdditionalCost:
    """Define a cost.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        ConflictError: the name is taken.
    """
    await check_applications(tx, caller, new.subscribed_applications_ids)
    row = await store.insert_cost(tx, _columns(new) | {"account_id": caller.account_id})
    if row is None:
        details = f"there is already an additional cost `{new.name}`"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])
    await touch_account(tx, caller.account_id)
    return store.cost_from_row(row)


async def get_additional_cost(tx: Transaction, caller: Caller, cost_id: int) -> AdditionalCost:
    """One cost.

    Raises:
        NotFoundError: the account has none with this id that the caller may see.
    """
    row = await tx.one_or_none(store.select_own_costs(caller).where(additional_costs.c.id == cost_id))
    if row is None:
        raise NotFoundError(f"there is no additional cost `{cost_id}`")
    return store.cost_from_row(row)


async def update_additional_cost(
    tx: Transaction, caller: Caller, cost_id: int, new: NewAdditionalCost
) -> AdditionalCost:
    """Change everything but the name of a cost.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: the name differs.
        NotFoundError: the account has none with this id that the caller may see.
    """
    current = await get_additional_cost(tx, caller, cost_id)
    if new.name != current.name:
        details = "the name of an additional cost cannot change: define a new one"
        raise InvalidError.at("/name", "readOnly", details)
    await check_applications(tx, caller, new.subscribed_applications_ids)
    row = await store.update_cost(tx, caller.account_id, cost_id, _columns(new))
    if row is None:
        raise NotFoundError(f"there is no additional cost `{cost_id}`")
    await touch_account(tx, caller.account_id)
    return store.cost_from_row(row)


def _columns(new: NewAdditionalCost) -> dict[str, Any]:
    values = msgspec.structs.asdict(new)
    values["subscribed_application_ids"] = values.pop("subscribed_applications_ids")
    return values
