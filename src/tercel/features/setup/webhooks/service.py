"""Defining, reading, changing and deleting webhooks (behaviour/definitions 5).

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
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.webhooks import store
from tercel.features.setup.webhooks.check import check_webhook
from tercel.features.setup.webhooks.model import NewWebhook, Webhook


async def create_webhook(
    tx: Transaction, caller: Caller, new: NewWebhook, *, allows_private: bool
) -> Webhook:
    """Define a webhook.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its request could never be sent, or an application is unknown.
    """
    row = await store.insert_webhook(
        tx, await _columns(tx, caller, new, allows_private) | {"account_id": caller.account_id}
    )
    await touch_account(tx, caller.account_id)
    return store.webhook_from_row(row)


async def get_webhook(tx: Transaction, caller: Caller, webhook_id: int) -> Webhook:
    """One webhook.

    Raises:
        NotFoundError: the account has none with this id that the caller may see.
    """
    row = await tx.one_or_none(store.select_own_webhooks(caller).where(webhooks.c.id == webhook_id))
    if row is None:
        raise _unknown(webhook_id)
    return store.webhook_from_row(row)


async def update_webhook(
    tx: Transaction, caller: Caller, webhook_id: int, new: NewWebhook, *, allows_private: bool
) -> Webhook:
    """Replace a webhook; what is on its way already keeps its old form.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its request could never be sent, or an application is unknown.
        NotFoundError: the account has none with this id that the caller may see.
    """
    await get_webhook(tx, caller, webhook_id)
    values = await _columns(tx, caller, new, allows_private)
    row = await store.update_webhook(tx, caller.account_id, webhook_id, values)
    if row is None:
        raise _unknown(webhook_id)
    await touch_account(tx, caller.account_id)
    return store.webhook_from_row(row)


async def delete_webhook(tx: Transaction, caller: Caller, webhook_id: int) -> None:
    """Delete a webhook.

    Raises:
        NotFoundError: the account has none with this id that the caller may see.
    """
    await get_webhook(tx, caller, webhook_id)
    if not await store.delete_webhook(tx, caller.account_id, webhook_id):
        raise _unknown(webhook_id)
    await touch_account(tx, caller.account_id)


async def _columns(tx: Transaction, caller: Caller, new: NewWebhook, allows_private: bool) -> dict[str, Any]:
    check_webhook(new, allows_private=allows_private)
    await check_applications(tx, caller, new.application_ids, "/applicationIds")
    values = msgspec.structs.asdict(new)
    del values["authentication_id"]
    return values | {"params": msgspec.to_builtins(new.params)}


def _unknown(webhook_id: int) -> NotFoundError:
    return NotFoundError(f"there is no webhook `{webhook_id}`")
