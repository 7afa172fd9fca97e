"""Types of custom events (behaviour/events 3).

The published API creates them on the way: the first attribute of an event brings its type into being.
"""

from __future__ import annotations

from sqlalchemy import select

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.database.revisions import touch_account
from tercel.database.tables.definitions import event_types
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import require_all_applications
from tercel.features.setup.attributes import store
from tercel.features.setup.attributes.model import EventType, NewEventType

_RESERVED = "talon_"


def check_name(name: str, pointer: str) -> list[Problem]:
    """Find the problem of a reserved name: names of built-in events all start alike (behaviour/events 1)."""
    if not name.startswith(_RESERVED):
        return []
    return [
        Problem(title="pattern", details=f"names that start with `{_RESERVED}` are reserved", pointer=pointer)
    ]


async def create_event_type(tx: Transaction, caller: Caller, new: NewEventType) -> EventType:
    """Define a type of custom events.

    Raises:
        ForbiddenError: the caller may use some applications only, and types are for all.
        InvalidError: the name is reserved.
        ConflictError: the name is taken.
    """
    require_all_applications(caller, "types of events are for all")
    problems = check_name(new.name, "/name")
    if problems:
        raise InvalidError(*problems)
    type_id = await store.insert_event_type(tx, caller.account_id, new)
    if type_id is None:
        details = f"there is already an event type `{new.name}`"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])
    await touch_account(tx, caller.account_id)
    return store.event_type_from_row(await tx.one(select(event_types).where(event_types.c.id == type_id)))


async def ensure_event_type(tx: Transaction, caller: Caller, name: str) -> None:
    """Define the type unless it exists; its name becomes its title.

    Raises:
        ForbiddenError: it does not, and the caller may use some applications only.
    """
    if await store.insert_event_type(tx, caller.account_id, NewEventType(name=name, title=name)) is not None:
        require_all_applications(caller, f"the type of events `{name}` would be for all")
