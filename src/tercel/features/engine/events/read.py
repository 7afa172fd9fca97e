"""Read one advanced event by the name that the client gave it."""

from __future__ import annotations

import msgspec
from sqlalchemy import and_, select

from tercel.base.codec import encode
from tercel.base.errors import NotFoundError
from tercel.base.keys import lookup_key
from tercel.database.tables.sessions import event_keys, events
from tercel.database.transaction import Transaction
from tercel.features.engine.events.answer import wire_advanced_event
from tercel.features.engine.events.model import AdvancedEvent
from tercel.ledger.events import EventRow

_COLUMNS = [events.c[name] for name in EventRow.__struct_fields__]
_DOCUMENTS = ("attributes", "rule_failure_reasons")


async def get_event(tx: Transaction, application_id: int, integration_id: str) -> AdvancedEvent:
    """Return the advanced event of that identifier.

    Raises:
        NotFoundError: the application has none.
    """
    # Because: with the time of the event, only the partition that holds it is searched.
    is_named = and_(
        events.c.application_id == event_keys.c.application_id,
        events.c.id == event_keys.c.event_id,
        events.c.created == event_keys.c.created,
    )
    statement = (
        select(*_COLUMNS)
        .join(event_keys, is_named)
        .where(event_keys.c.application_id == application_id, event_keys.c.key == lookup_key(integration_id))
    )
    row = await tx.one_or_none(statement)
    if row is None:
        raise NotFoundError(f"event `{integration_id}` does not exist in this application")
    fields = row._asdict()
    for name in _DOCUMENTS:
        if fields[name] is not None:
            fields[name] = msgspec.Raw(encode(fields[name]))
    fields["effects"] = msgspec.Raw(row.effects.encode())
    return wire_advanced_event(EventRow(**fields))
