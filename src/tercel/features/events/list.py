"""Finding events of an application (management.md 6.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, and_, select

from tercel.base.keys import lookup_key
from tercel.database.tables.applications import stores
from tercel.database.tables.customers import profiles
from tercel.database.tables.sessions import events, sessions
from tercel.database.transaction import Transaction
from tercel.features.codes.filters import is_between
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.events.effect_filters import effect_conditions
from tercel.features.events.model import ApplicationEvent, EventFilter

_SORTABLE: Mapping[str, ColumnElement[Any]] = {
    "id": events.c.id,
    "created": events.c.created,
    "type": events.c.type,
    "profileId": events.c.profile_id,
    "sessionId": events.c.session_id,
    "storeIntegrationId": events.c.store_integration_id,
}


async def list_events(
    tx: Transaction,
    account_id: int,
    application_id: int,
    *,
    filters: EventFilter,
    page: PageRequest,
    is_counted: bool = False,
) -> Page[ApplicationEvent]:
    """A page of the events of an application, newest first unless told otherwise.

    Raises:
        InvalidError: the sort field is unknown.
    """
    in_store = and_(
        stores.c.application_id == events.c.application_id,
        stores.c.integration_id == events.c.store_integration_id,
    )
    statement = (
        select(events, stores.c.id.label("store_id"))
        .outerjoin(stores, in_store)
        .where(events.c.application_id == application_id, *_conditions(account_id, filters))
    )
    if page.sort:
        statement = order_by(statement, page.sort, allowed=_SORTABLE, default=events.c.id)
    else:
        statement = statement.order_by(events.c.created.desc(), events.c.id.desc())
    return await fetch_page(tx, statement, page, counted=is_counted, row=_event_from_row)


async def list_event_types(tx: Transaction, application_id: int, page: PageRequest) -> Page[str]:
    """A page of the types of the events recorded in an application, with the number of all."""
    statement = select(events.c.type).where(events.c.application_id == application_id).distinct()
    statement = order_by(
        statement, page.sort, allowed={"type": events.c.type, "name": events.c.type}, default=events.c.type
    )
    return await fetch_page(tx, statement, page, counted=True, row=lambda row: str(row.type))


def _conditions(account_id: int, filters: EventFilter) -> Iterator[ColumnElement[bool]]:
    if filters.type:
        yield events.c.type.in_(filters.type)
    yield from is_between(events.c.created, filters.created_after, filters.created_before)
    if filters.session:
        found = select(sessions.c.id).where(
            sessions.c.application_id == events.c.application_id,
            sessions.c.key == lookup_key(filters.session),
        )
        yield events.c.session_id.in_(found)
    owners = list(_owner_conditions(filters))
    if owners:
        found = select(profiles.c.id).where(profiles.c.account_id == account_id, *owners)
        yield events.c.profile_id.in_(found)
    yield from effect_conditions(filters)


def _owner_conditions(filters: EventFilter) -> Iterator[ColumnElement[bool]]:
    """What is asked of the customer of an event."""
    if filters.profile:
        yield profiles.c.key == lookup_key(filters.profile)
    for name, term in (("Name", filters.customer_name), ("Email", filters.customer_email)):
        if term:
            yield profiles.c.attributes[name].astext.icontains(term, autoescape=True)


def _event_from_row(row: Row[Any]) -> ApplicationEvent:
    return ApplicationEvent(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        profile_id=_or_unset(row.profile_id),
        store_id=_or_unset(row.store_id),
        store_integration_id=_or_unset(row.store_integration_id),
        integration_id=_or_unset(row.integration_id),
        session_id=_or_unset(row.session_id),
        type=row.type,
        attributes=row.attributes,
        effects=row.effects,
        rule_failure_reasons=_or_unset(row.rule_failure_reasons),
    )


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value
