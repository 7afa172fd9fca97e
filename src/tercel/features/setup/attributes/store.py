"""Attributes and event types in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from tercel.database.tables.definitions import attributes, event_types
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import within_rights
from tercel.features.setup.attributes.model import Attribute, EventType, NewEventType


def select_attributes(account_id: int) -> Select[Any]:
    """Select all attributes of an account, with the id of their event type."""
    types = event_types
    joined = attributes.outerjoin(
        types, and_(types.c.account_id == attributes.c.account_id, types.c.name == attributes.c.event_type)
    )
    columns = (attributes, types.c.id.label("event_type_id"))
    return select(*columns).select_from(joined).where(attributes.c.account_id == account_id)


def select_own_attributes(caller: Caller) -> Select[Any]:
    """Select the attributes that a caller may see."""
    own = within_rights(attributes.c.subscribed_application_ids, caller)
    return select_attributes(caller.account_id).where(*own)


async def find_attribute(tx: Transaction, caller: Caller, attribute_id: int) -> Row[Any] | None:
    """Return one attribute that the caller may see, or None."""
    return await tx.one_or_none(select_own_attributes(caller).where(attributes.c.id == attribute_id))


async def find_namesakes(
    tx: Transaction, account_id: int, *, entity: str, event_type: str, name: str, title: str
) -> Sequence[Row[Any]]:
    """Attributes of the same entity that have this name or this title."""
    return await tx.all(
        select(attributes.c.id, attributes.c.name, attributes.c.title).where(
            attributes.c.account_id == account_id,
            attributes.c.entity == entity,
            attributes.c.event_type == event_type,
            or_(attributes.c.name == name, attributes.c.title == title),
        )
    )


async def insert_attribute(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Write a new attribute; its id."""
    return int(await tx.scalar(insert(attributes).values(**values).returning(attributes.c.id)))


async def update_attribute(tx: Transaction, attribute_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of an attribute."""
    await tx.execute(update(attributes).where(attributes.c.id == attribute_id).values(**values))


async def insert_event_type(tx: Transaction, account_id: int, new: NewEventType) -> int | None:
    """Write a new event type; its id, or None when the name is taken."""
    statement = (
        upsert(event_types)
        .values(account_id=account_id, name=new.name, title=new.title, description=new.description)
        .on_conflict_do_nothing()
        .returning(event_types.c.id)
    )
    type_id = await tx.scalar(statement)
    return None if type_id is None else int(type_id)


def attribute_from_row(row: Row[Any]) -> Attribute:
    """Return an attribute as answered, from a row of ``select_attributes``."""
    found = Attribute(
        id=row.id,
        created=row.created,
        account_id=row.account_id,
        entity=row.entity,
        name=row.name,
        title=row.title,
        type=row.type,
        description=row.description,
        suggestions=row.suggestions,
        has_allowed_list=row.allowed_list_id is not None,
        restricted_by_suggestions=row.restricted_by_suggestions,
        editable=row.editable,
        subscribed_applications_ids=row.subscribed_application_ids,
        subscribed_catalogs_ids=row.subscribed_catalog_ids,
    )
    if row.event_type:
        found.event_type = row.event_type
        found.event_type_id = row.event_type_id
    return found


def event_type_from_row(row: Row[Any]) -> EventType:
    """Return an event type as answered."""
    return EventType(
        id=row.id, created=row.created, name=row.name, title=row.title, description=row.description
    )
