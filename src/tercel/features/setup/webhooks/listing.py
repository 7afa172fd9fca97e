"""Lists of webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from sqlalchemy import ColumnElement, false, or_, true

from tercel.database.tables.outgoing import webhooks
from tercel.features.common.filters import Filter, contains, means
from tercel.features.common.ids import Id
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import is_available
from tercel.features.setup.webhooks.model import Webhook
from tercel.features.setup.webhooks.store import select_own_webhooks, webhook_from_row


def _is_for_one_of(application_ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(*(is_available(webhooks.c.application_ids, one) for one in application_ids))


def _is_shown(visibility: str) -> ColumnElement[bool]:
    return webhooks.c.enabled.is_(visibility == "visible")


def _is_made(creation: str) -> ColumnElement[bool]:
    """No webhook comes from a template of another system."""
    return false() if creation == "templateWebhooks" else true()


def _is_of_type(_type_id: int) -> ColumnElement[bool]:
    """Only those from templates have a type."""
    return false()


class WebhookFilter(Filter, kw_only=True, rename="camel"):
    """Which webhooks to list."""

    application_ids: Annotated[list[Id], means(_is_for_one_of)] | None = None
    creation_type: Annotated[Literal["templateWebhooks", "webhooks"], means(_is_made)] | None = None
    visibility: Annotated[Literal["visible", "hidden"], means(_is_shown)] | None = None
    outgoing_integrations_type_id: Annotated[Id, means(_is_of_type)] | None = None
    title: Annotated[str, contains(webhooks.c.title)] | None = None


WEBHOOKS: Listing[Scope, Webhook] = Listing(
    select=lambda scope: select_own_webhooks(scope.caller),
    answer=each(webhook_from_row),
    key=webhooks.c.id,
    sort={
        "id": webhooks.c.id,
        "title": webhooks.c.title,
        "created": webhooks.c.created,
        "modified": webhooks.c.modified,
    },
)
