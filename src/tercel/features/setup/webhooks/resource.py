"""Webhooks as rows, and their list (behaviour/definitions 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from sqlalchemy import ColumnElement, Row, Select, false, or_, select, true

from tercel.database.tables.outgoing import webhooks
from tercel.database.transaction import Transaction
from tercel.features.common.filters import Filter, contains, means
from tercel.features.common.ids import Id
from tercel.features.common.listing import sortable
from tercel.features.common.resource import Resource, shown_as
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import is_available, within_rights
from tercel.features.setup.webhooks.model import Webhook


def _is_for_one_of(application_ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(*(is_available(webhooks.c.application_ids, one) for one in application_ids))


def _is_shown(visibility: str) -> ColumnElement[bool]:
    return webhooks.c.enabled.is_(visibility == "visible")


def _is_made(creation: str) -> ColumnElement[bool]:
    """Return the condition on how webhooks were made: none comes from a template of another system."""
    return false() if creation == "templateWebhooks" else true()


def _is_of_type(_type_id: int) -> ColumnElement[bool]:
    """Return the condition of webhooks of a type: only those from templates have one."""
    return false()


class WebhookFilter(Filter, kw_only=True, rename="camel"):
    """Which webhooks to list."""

    application_ids: Annotated[list[Id], means(_is_for_one_of)] | None = None
    creation_type: Annotated[Literal["templateWebhooks", "webhooks"], means(_is_made)] | None = None
    visibility: Annotated[Literal["visible", "hidden"], means(_is_shown)] | None = None
    outgoing_integrations_type_id: Annotated[Id, means(_is_of_type)] | None = None
    title: Annotated[str, contains(webhooks.c.title)] | None = None


def _select(scope: Scope) -> Select[Any]:
    own = within_rights(webhooks.c.application_ids, scope.caller)
    return select(webhooks).where(*scope.holds(webhooks), *own)


WEBHOOKS: Resource[Scope, Webhook] = Resource(
    noun="webhook",
    table=webhooks,
    select=_select,
    answer=shown_as(Webhook),
    key=webhooks.c.id,
    sort=sortable(webhooks, "id", "title", "created", "modified"),
)


async def find_usable_webhooks(tx: Transaction, account_id: int, application_id: int) -> Sequence[Row[Any]]:
    """Find the webhooks that rules of an application may call."""
    usable = (~webhooks.c.draft, is_available(webhooks.c.application_ids, application_id))
    return await tx.all(select(webhooks).where(webhooks.c.account_id == account_id, *usable))
