"""Webhooks in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.sql import false

from tercel.database.tables.outgoing import webhooks
from tercel.database.transaction import Transaction
from tercel.features.common.subscriptions import is_available
from tercel.features.common.templates import TemplateParameter
from tercel.features.webhooks.model import Webhook, WebhookFilters


def select_webhooks(account_id: int) -> Select[Any]:
    """All webhooks of an account."""
    return select(webhooks).where(webhooks.c.account_id == account_id)


def filtered(statement: Select[Any], filters: WebhookFilters) -> Select[Any]:
    """Narrow ``select_webhooks`` to what the filters ask for."""
    if filters.application_ids is not None:
        column = webhooks.c.application_ids
        statement = statement.where(or_(*(is_available(column, each) for each in filters.application_ids)))
    if filters.is_visible is not None:
        statement = statement.where(webhooks.c.enabled.is_(filters.is_visible))
    if filters.is_made_from_template:
        statement = statement.where(false())
    if filters.title is not None:
        statement = statement.where(webhooks.c.title.icontains(filters.title, autoescape=True))
    return statement


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
