"""Webhooks in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, func, insert, select, update

from tercel.database.tables.outgoing import webhooks
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import is_available, within_rights
from tercel.features.common.templates import TemplateParameter
from tercel.features.setup.webhooks.model import Webhook


def select_webhooks(account_id: int) -> Select[Any]:
    """All webhooks of an account."""
    return select(webhooks).where(webhooks.c.account_id == account_id)


def select_own_webhooks(caller: Caller) -> Select[Any]:
    """The webhooks that a caller may see."""
    return select_webhooks(caller.account_id).where(*within_rights(webhooks.c.application_ids, caller))


async def find_usable_webhooks(tx: Transaction, account_id: int, application_id: int) -> Sequence[Row[Any]]:
    """The webhooks that rules of an application may call."""
    table = webhooks
    usable = (~table.c.draft, is_available(table.c.application_ids, application_id))
    return await tx.all(select_webhooks(account_id).where(*usable))


async def insert_webhook(tx: Transaction, values: Mapping[str, Any]) -> Row[Any]:
    """Write a new webhook; its row."""
    return await tx.one(insert(webhooks).values(**values).returning(webhooks))


async def update_webhook(
    tx: Transaction, account_id: int, webhook_id: int, values: Mapping[str, Any]
) -> Row[Any] | None:
    """Change a webhook; its row, or None when there is no such webhook."""
    mine = (webhooks.c.id == webhook_id, webhooks.c.account_id == account_id)
    changed = update(webhooks).where(*mine).values(**values, modified=func.now())
    return await tx.one_or_none(changed.returning(webhooks))


async def delete_webhook(tx: Transaction, account_id: int, webhook_id: int) -> bool:
    """Delete a webhook; whether there was one."""
    mine = (webhooks.c.id == webhook_id, webhooks.c.account_id == account_id)
    return await tx.execute(delete(webhooks).where(*mine)) > 0


def webhook_from_row(row: Row[Any]) -> Webhook:
    """A webhook as answered."""
    return Webhook(
        id=row.id,
        created=row.created,
        modified=row.modified,
        application_ids=row.application_ids,
        title=row.title,
        description=row.description,
        draft=row.draft,
        verb=row.verb,
        url=row.url,
        headers=row.headers,
        payload=row.payload,
        params=msgspec.convert(row.params, list[TemplateParameter]),
        enabled=row.enabled,
    )
