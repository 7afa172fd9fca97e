"""Types of custom events (management.md 2.10).

The published API creates them on the way: the first attribute of an event brings its type into being.
"""

from __future__ import annotations

from sqlalchemy import select

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.database.revisions import touch_account
from tercel.database.tables.definitions import event_types
from tercel.database.transaction import Transaction
from tercel.features.attributes import store
from tercel.features.attributes.model import EventType, NewEventType
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by

_RESERVED = "talon_"
_SORTABLE = {
    "id": event_types.c.id,
    "name": event_types.c.name,
    "title": event_types.c.title,
    "created": event_types.c.created,
}


def check_name(name: str, pointer: str) -> list[Problem]:
    """The names of built-in events, which all start alike, are reserved (integration.md 1.11)."""
    if not name.startswith(_RESERVED):
        return []
    return [
        Problem(title="pattern", details=f"names that start with `{_RESERVED}` are reserved", pointer=pointer)
    ]


async def create_event_type(tx: Transaction, caller: Caller, new: NewEventType) -> EventType:
    """Define a type of custom events.

    Raises:
        InvalidError: the name is reserved.
        ConflictError: the name is taken.
    """
    problems = check_name(new.name, "/name")
    if problems:
        raise InvalidError(*problems)
    type_id = await store.insert_event_type(tx, caller.account_id, new)
    if type_id is None:
        details = f"there is already an event type `{new.name}`"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])
    await touch_account(tx, caller.account_id)
    return store.event_type_from_row(await tx.one(select(event_types).where(event_types.c.id == type_id)))


async def ensure_event_type(tx: Transaction, account_id: int, name: str) -> None:
    """Define the type unless it exists; its name becomes its title."""
    await store.insert_event_type(tx, account_id, NewEventType(name=name, title=name))


async def list_event_types(
    tx: Transaction, caller: Caller, name: str | None, page: PageRequest
) -> Page[EventType]:
    """One page of the account's event types, with the total; ``name`` shows only the one so named."""
    statement = select(event_types).where(event_types.c.account_id == caller.account_id)
    if name is not None:
        statement = statement.where(event_types.c.name == name)
    statement = order_by(statement, page.sort, allowed=_SORTABLE, default=event_types.c.id)
    return await fetch_page(tx, statement, page, counted=True, row=store.event_type_from_row)
