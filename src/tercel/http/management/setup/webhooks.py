"""Webhooks: what rules send to other systems."""

from __future__ import annotations

from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.setup.webhooks import service
from tercel.features.setup.webhooks.model import NewWebhook, Webhook
from tercel.features.setup.webhooks.resource import WEBHOOKS, WebhookFilter
from tercel.http.kernel.call import AccountCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Webhooks", "/v1/webhooks", Access.MANAGEMENT)


@api.post("createWebhook", status=201)
async def create_webhook(call: AccountCall[NewWebhook]) -> Webhook:
    """Create a webhook."""
    allows_private = call.services.settings.allow_private_networks
    return await service.create_webhook(call.tx, call.scope, call.body, allows_private=allows_private)


@api.get("getWebhooks")
async def get_webhooks(call: AccountCall[None, Paged[WebhookFilter]]) -> Counted[Webhook]:
    """List the webhooks of the account."""
    return await WEBHOOKS.counted(call.tx, call.scope, call.query)


@api.get("getWebhook", "/{webhookId}")
async def get_webhook(call: AccountCall) -> Webhook:
    """Get a webhook."""
    return await WEBHOOKS.get(call.tx, call.scope, call.id("webhookId"))


@api.put("updateWebhook", "/{webhookId}")
async def update_webhook(call: AccountCall[NewWebhook]) -> Webhook:
    """Update a webhook."""
    allows_private = call.services.settings.allow_private_networks
    webhook_id = call.id("webhookId")
    return await service.update_webhook(
        call.tx, call.scope, webhook_id, call.body, allows_private=allows_private
    )


@api.delete("deleteWebhook", "/{webhookId}")
async def delete_webhook(call: AccountCall) -> None:
    """Delete a webhook."""
    await WEBHOOKS.delete(call.tx, call.scope, call.id("webhookId"))
