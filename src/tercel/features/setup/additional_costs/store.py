"""Additional costs in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from tercel.database.tables.definitions import additional_costs
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import is_available, within_rights
from tercel.features.setup.additional_costs.model import AdditionalCost


def select_costs(account_id: int) -> Select[Any]:
    """All costs of an account."""
    return select(additional_costs).where(additional_costs.c.account_id == account_id)


def select_own_costs(caller: Caller) -> Select[Any]:
    """The costs that a caller may see."""
    own = within_rights(additional_costs.c.subscribed_application_ids, caller)
    return select_costs(caller.account_id).where(*own)


async def find_available_costs(tx: Transaction, account_id: int, application_id: int) -> Sequence[Row[Any]]:
    """The costs that an application may use: those that name it, and those that name none."""
    usable = is_available(additional_costs.c.subscribed_application_ids, application_id)
    return await tx.all(select_costs(account_id).where(usable))


async def insert_cost(tx: Transaction, values: Mapping[str, Any]) -> Row[Any] | None:
    """Write a new cost; its row, or None when the name is taken."""
    statement = insert(additional_costs).values(**values).on_conflict_do_nothing()
    return await tx.one_or_none(statement.returning(additional_costs))


async def update_cost(
    tx: Transaction, account_id: int, cost_id: int, values: Mapping[str, Any]
) -> Row[Any] | None:
    """Change a cost whose name stays; its row, or None when there is no such cost."""
    table = additional_costs
    mine = (table.c.id == cost_id, table.c.account_id == account_id)
    return await tx.one_or_none(
        update(table).where(*mine).values(**values, modified=func.now()).returning(table)
    )


def cost_from_row(row: Row[Any]) -> AdditionalCost:
    """A cost as answered."""
    return AdditionalCost(
        id=row.id,
        created=row.created,
        account_id=row.account_id,
        name=row.name,
        title=row.title,
        description=row.description,
        subscribed_applications_ids=row.subscribed_application_ids,
        type=row.type,
    )
