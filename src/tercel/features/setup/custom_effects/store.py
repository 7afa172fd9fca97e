"""Custom effects in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from tercel.database.tables.outgoing import custom_effects
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import is_available, within_rights
from tercel.features.common.templates import TemplateParameter
from tercel.features.setup.custom_effects.model import CustomEffect


def select_custom_effects(account_id: int) -> Select[Any]:
    """All custom effects of an account."""
    return select(custom_effects).where(custom_effects.c.account_id == account_id)


def select_own_custom_effects(caller: Caller) -> Select[Any]:
    """The custom effects that a caller may see."""
    own = within_rights(custom_effects.c.application_ids, caller)
    return select_custom_effects(caller.account_id).where(*own)


async def find_usable_custom_effects(
    tx: Transaction, account_id: int, application_id: int
) -> Sequence[Row[Any]]:
    """The custom effects that rules of an application may trigger."""
    usable = is_available(custom_effects.c.application_ids, application_id)
    return await tx.all(select_custom_effects(account_id).where(usable))


async def insert_custom_effect(tx: Transaction, values: Mapping[str, Any]) -> Row[Any] | None:
    """Write a new custom effect; its row, or None when the name is taken."""
    statement = insert(custom_effects).values(**values).on_conflict_do_nothing()
    return await tx.one_or_none(statement.returning(custom_effects))


async def has_namesake(tx: Transaction, account_id: int, effect_id: int, name: str) -> bool:
    """Whether another custom effect has the name."""
    table = custom_effects
    others = (table.c.account_id == account_id, table.c.id != effect_id, table.c.name == name)
    return await tx.scalar(select(table.c.id).where(*others)) is not None


async def update_custom_effect(
    tx: Transaction, account_id: int, effect_id: int, values: Mapping[str, Any]
) -> Row[Any] | None:
    """Change a custom effect; its row, or None when there is no such effect."""
    mine = (custom_effects.c.id == effect_id, custom_effects.c.account_id == account_id)
    changed = update(custom_effects).where(*mine).values(**values, modified=func.now())
    return await tx.one_or_none(changed.returning(custom_effects))


async def delete_custom_effect(tx: Transaction, account_id: int, effect_id: int) -> bool:
    """Delete a custom effect; whether there was one."""
    mine = (custom_effects.c.id == effect_id, custom_effects.c.account_id == account_id)
    return await tx.execute(delete(custom_effects).where(*mine)) > 0


def custom_effect_from_row(row: Row[Any]) -> CustomEffect:
    """A custom effect as answered."""
    found = CustomEffect(
        id=row.id,
        account_id=row.account_id,
        created=row.created,
        modified=row.modified,
        application_ids=row.application_ids,
        name=row.name,
        title=row.title,
        description=row.description,
        payload=row.payload,
        params=msgspec.convert(row.params, list[TemplateParameter]),
        is_per_item=row.is_per_item,
        enabled=row.enabled,
        created_by=row.created_by_id or 0,
    )
    if row.modified_by_id is not None:
        found.modified_by = row.modified_by_id
    return found
