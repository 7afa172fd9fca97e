"""Webhooks: what rules send to other systems."""

from __future__ import annotations

from typing import Literal

from tercel.features.common.ids import Id
from tercel.features.webhooks import service
from tercel.features.webhooks.model import NewWebhook, Webhook, WebhookFilters
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_ALL = "/v1/webhooks"
_ONE = "/v1/webhooks/{webhookId}"
_TAG = "Webhooks"


class WebhookQuery(PageQuery, rename="camel", kw_only=True):
    """Filters of ``getWebhooks``. No webhook comes from a template of another system."""

    application_ids: list[Id] | None = None
    creation_type: Literal["templateWebhooks", "webhooks"] | None = None
    visibility: Literal["visible", "hidden"] | None = None
    outgoing_integrations_type_id: Id | None = None
    title: str | None = None


@operation(
    "createWebhook", "POST", _ALL, Access.MANAGEMENT, body=NewWebhook, status=201, answer=Webhook, tag=_TAG
)
async def create_webhook(call: Call) -> Webhook:
    """Create a webhook."""
    async with call.transaction() as tx:
        return await service.create_webhook(tx, call.caller, call.body)


@operation(
    "getWebhooks", "GET", _ALL, Access.MANAGEMENT, query=WebhookQuery, answer=Counted[Webhook], tag=_TAG
)
async def get_webhooks(call: Call) -> Counted[Webhook]:
    """List the webhooks of the account."""
    query: WebhookQuery = call.query
    filters = WebhookFilters(
        application_ids=query.application_ids,
        is_visible=None if query.visibility is None else query.visibility == "visible",
        is_made_from_template=query.creation_type == "templateWebhooks"
        or query.outgoing_integrations_type_id is not None,
        title=query.title,
    )
    async with call.transaction() as tx:
        return counted(await service.list_webhooks(tx, call.caller, filters, query.page()))


@operation("getWebhook", "GET", _ONE, Access.MANAGEMENT, answer=Webhook, tag=_TAG)
async def get_webhook(call: Call) -> Webhook:
    """Get a webhook."""
    async with call.transaction() as tx:
        return await service.get_webhook(tx, call.caller, call.id("webhookId"))


@operation("updateWebhook", "PUT", _ONE, Access.MANAGEMENT, body=NewWebhook, answer=Webhook, tag=_TAG)
async def update_webhook(call: Call) -> Webhook:
    """Update a webhook."""
    async with call.transaction() as tx:
        return await service.update_webhook(tx, call.caller, call.id("webhookId"), call.body)


@operation("deleteWebhook", "DELETE", _ONE, Access.MANAGEMENT, status=204, tag=_TAG)
async def delete_webhook(call: Call) -> None:
    """Delete a webhook."""
    async with call.transaction() as tx:
        await service.delete_webhook(tx, call.caller, call.id("webhookId"))


OPERATIONS = [create_webhook, get_webhooks, get_webhook, update_webhook, delete_webhook]
