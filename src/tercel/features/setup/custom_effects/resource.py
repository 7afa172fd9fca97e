"""Custom effects as rows, and their list (behaviour/definitions 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from tercel.database.tables.outgoing import custom_effects
from tercel.database.transaction import Transaction
from tercel.features.common.listing import each, sortable
from tercel.features.common.resource import Resource
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import is_available, within_rights
from tercel.features.common.templates import TemplateParameter
from tercel.features.setup.custom_effects.model import CustomEffect


def _select(scope: Scope) -> Select[Any]:
    own = within_rights(custom_effects.c.application_ids, scope.caller)
    return select(custom_effects).where(*scope.holds(custom_effects), *own)


def _from_row(row: Row[Any]) -> CustomEffect:
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


CUSTOM_EFFECTS: Resource[Scope, CustomEffect] = Resource(
    noun="custom effect",
    table=custom_effects,
    select=_select,
    answer=each(_from_row),
    key=custom_effects.c.id,
    unique="name",
    sort=sortable(custom_effects, "id", "name", "title", "created", "modified"),
)


async def find_usable_custom_effects(
    tx: Transaction, account_id: int, application_id: int
) -> Sequence[Row[Any]]:
    """Find the custom effects that rules of an application may trigger."""
    usable = is_available(custom_effects.c.application_ids, application_id)
    return await tx.all(select(custom_effects).where(custom_effects.c.account_id == account_id, usable))
