"""Defining, reading, changing and deleting webhooks (management.md 9.1).

A webhook that rules use may become a draft or go away: those rules fail then, and say so when they are asked.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.errors import NotFoundError
from tercel.database.revisions import touch_account
from tercel.database.tables.outgoing import webhooks
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.common.subscriptions import check_applications
from tercel.features.webhooks import store
from tercel.features.webhooks.check import check_webhook
from tercel.features.webhooks.model import NewWebhook, Webhook, WebhookFilters

_SORTABLE = {
    "id": webhooks.c.id,
    "title": webhooks.c.title,
    "created": webhooks.c.created,
    "modified": webhooks.c.modified,
}


async def create_webhook(tx: Transaction, caller: Caller, new: NewWebhook) -> Webhook:
    """Define a webhook.

    Raises:
        InvalidError: its request could never be sent, or an application is unknown.
    """
    row = await store.insert_webhook(tx, await _columns(tx, caller, new) | {"account_id": caller.account_id})
    await touch_account(tx, caller.account_id)
    return store.webhook_from_row(row)


async def list_webhooks(
    tx: Transaction, caller: Caller, filters: WebhookFilters, page: PageRequest
) -> Page[Webhook]:
    """One page of the account's webhooks, with the total."""
    statement = store.filtered(store.select_webhooks(caller.account_id), filters)
    statement = order_by(statement, page.sort, allowed=_SORTABLE, default=webhooks.c.id)
    return await fetch_page(tx, statement, page, counted=True, row=store.webhook_from_row)


async def get_webhook(tx: Transaction, caller: Caller, webhook_id: int) -> Webhook:
    """One webhook.

    Raises:
        NotFoundError: the account has none with this id.
    """
    row = await tx.one_or_none(store.select_webhooks(caller.account_id).where(webhooks.c.id == webhook_id))
    if row is None:
        raise _unknown(webhook_id)
    return store.webhook_from_row(row)


async def update_webhook(tx: Transaction, caller: Caller, webhook_id: int, new: NewWebhook) -> Webhook:
    """Replace a webhook; what is on its way already keeps its old form.

    Raises:
        InvalidError: its request could never be sent, or an application is unknown.
        NotFoundError: the account has none with this id.
    """
    await get_webhook(tx, caller, webhook_id)
    values = await _columns(tx, caller, new)
    row = await store.update_webhook(tx, caller.account_id, webhook_id, values)
    if row is None:
        raise _unknown(webhook_id)
    await touch_account(tx, caller.account_id)
    return store.webhook_from_row(row)


async def delete_webhook(tx: Transaction, caller: Caller, webhook_id: int) -> None:
    """Delete a webhook.

    Raises:
        NotFoundError: the account has none with this id.
    """
    if not await store.delete_webhook(tx, caller.account_id, webhook_id):
        raise _unknown(webhook_id)
    await touch_account(tx, caller.account_id)


async def _columns(tx: Transaction, caller: Caller, new: NewWebhook) -> dict[str, Any]:
    check_webhook(new)
    await check_applications(tx, caller.account_id, new.application_ids, "/applicationIds")
    values = msgspec.structs.asdict(new)
    del values["authentication_id"]
    return values | {"params": msgspec.to_builtins(new.params)}


def _unknown(webhook_id: int) -> NotFoundError:
    return NotFoundError(f"there is no webhook `{webhook_id}`")
