"""Defining and changing webhooks (behaviour/definitions 5).

A webhook that rules use may become a draft or go away: those rules fail then, and say so when they are asked.
"""

from __future__ import annotations

import msgspec

from tercel.database.transaction import Transaction
from tercel.features.common.resource import Values
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.webhooks.check import check_webhook
from tercel.features.setup.webhooks.model import NewWebhook, Webhook
from tercel.features.setup.webhooks.resource import WEBHOOKS


async def create_webhook(tx: Transaction, scope: Scope, new: NewWebhook, *, allows_private: bool) -> Webhook:
    """Define a webhook.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its request could never be sent, or an application is unknown.
    """
    return await WEBHOOKS.create(tx, scope, await _columns(tx, scope, new, allows_private))


async def update_webhook(
    tx: Transaction, scope: Scope, webhook_id: int, new: NewWebhook, *, allows_private: bool
) -> Webhook:
    """Replace a webhook; what is on its way already keeps its old form.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: its request could never be sent, or an application is unknown.
        NotFoundError: the account has none with this id that the caller may see.
    """
    await WEBHOOKS.get(tx, scope, webhook_id)
    return await WEBHOOKS.change(tx, scope, webhook_id, await _columns(tx, scope, new, allows_private))


async def _columns(tx: Transaction, scope: Scope, new: NewWebhook, allows_private: bool) -> Values:
    check_webhook(new, allows_private=allows_private)
    await check_applications(tx, scope.caller, new.application_ids, "/applicationIds")
    values = msgspec.structs.asdict(new) | {"params": msgspec.to_builtins(new.params)}
    del values["authentication_id"]
    return values
