"""Events: one for each call that changed something, with the effects that it was answered with. Entries name the event that
caused them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from tercel.database.round_trip import Statement
from tercel.database.rows.recordset import expecting, insert
from tercel.database.rows.unnested import Unnested
from tercel.database.tables.sessions import event_keys, events
from tercel.ledger.entries import SessionId
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.load import Load
from tercel.pipeline.needs import Keys
from tercel.pipeline.owner import APPLICATION, Owner
from tercel.pipeline.rows import EMPTY_LIST, EMPTY_OBJECT
from tercel.pipeline.write import Write, expected

EventKey = tuple[int, str]
"""An application and the key of an event's integration id in it."""
EVENT_KEYS = Keys[EventKey](application_id="BIGINT", key="TEXT")
OTHER_EFFECT_KEYS = Keys[SessionId](application_id="BIGINT", session_id="BIGINT")


class EventRow(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One event per state-changing call."""

    id: int
    application_id: int
    created: datetime
    type: str
    profile_id: int | None = None
    profile_integration_id: str | None = None
    store_integration_id: str | None = None
    session_id: int | None = None
    session_integration_id: str | None = None
    integration_id: str | None = None
    attributes: msgspec.Raw = EMPTY_OBJECT
    effects: msgspec.Raw = EMPTY_LIST
    rule_failure_reasons: msgspec.Raw | None = None


class EventKeyRow(msgspec.Struct, kw_only=True, gc=False):
    """The integration id of an event, which no other event of the application may have."""

    application_id: int
    key: str
    event_id: int
    created: datetime


_EVENT_KEYS = (
    f"SELECT e.application_id, e.key FROM {EVENT_KEYS.recordset} JOIN event_keys AS e USING (application_id, key)"
    " WHERE e.application_id = %s"
)

# What a session was given that stands in no entry, oldest first: by its last evaluation and by its returns. Advanced events
# that follow the session, which have an identifier, gave their effects to the customer alone.
_OTHER_EFFECTS = f"""SELECT v.application_id, v.session_id, f.effect::text
    FROM {OTHER_EFFECT_KEYS.recordset}
    JOIN sessions AS s ON s.application_id = k.application_id AND s.id = k.session_id
    CROSS JOIN LATERAL (
        SELECT * FROM events AS x WHERE x.application_id = %s AND x.session_id = s.id
            AND (x.id = s.effects_event_id OR x.type = 'talon_session_partially_returned')
            AND x.integration_id IS NULL OFFSET 0) AS v
    CROSS JOIN LATERAL jsonb_array_elements(v.effects::jsonb) WITH ORDINALITY AS f(effect, place)
    WHERE s.application_id = %s AND NOT starts_with(f.effect ->> 'effectType', 'rollback') AND NOT EXISTS (
            SELECT 1 FROM entries AS e WHERE e.application_id = %s AND e.session_id = s.id
                AND e.event_id = v.id AND e.effect_index = f.place - 1)
    ORDER BY v.id <> s.effects_event_id, v.created, v.id, f.place"""

_EVENTS = Unnested(events, EventRow.__struct_fields__)
_NAMES = ", ".join(EventRow.__struct_fields__)
INSERT_EVENTS = f"INSERT INTO events ({_NAMES}) SELECT {_EVENTS.values} FROM {_EVENTS.source}"

INSERT_EVENT_KEYS = expecting(
    insert(
        event_keys,
        EventKeyRow.__struct_fields__,
        order_by=("application_id", "key"),
        on_conflict="ON CONFLICT DO NOTHING",
    ),
    "event keys",
)


class Events:
    """Keys of events that are taken, and effects of sessions that stand in no entry."""

    __slots__ = ("keys", "other_effects")

    def __init__(self) -> None:
        self.keys: set[EventKey] = set()
        self.other_effects: defaultdict[SessionId, list[msgspec.Raw]] = defaultdict(list)


class EventChanges(msgspec.Struct):
    """New events, and keys that they take."""

    events: list[EventRow] = []
    keys: list[EventKeyRow] = []

    def merge(self, later: EventChanges, work: Work, /) -> None:
        """Append the events of one more command; commands after it find its keys taken."""
        self.events += later.events
        if later.keys:
            self.keys += later.keys
            work[EVENTS].keys.update((row.application_id, row.key) for row in later.keys)

    def insert(self, _: Owner, /) -> Iterable[Statement]:
        """Write the events."""
        if not self.events:
            return ()
        return (Statement(INSERT_EVENTS, _EVENTS.parameters(self.events, (EMPTY_OBJECT, EMPTY_LIST))),)

    def insert_keys(self, _: Owner, /) -> Iterable[Statement]:
        """Take the keys, unless one of them is taken."""
        return expected(INSERT_EVENT_KEYS, self.keys)


EVENTS = Aggregate[Events, EventChanges]("events", rows=Events, delta=EventChanges, ids_ahead=1)


def _take_keys(work: Work, rows: Iterable[EventKey]) -> None:
    work[EVENTS].keys.update(rows)


def _take_other_effects(work: Work, rows: Iterable[tuple[int, int, str]]) -> None:
    effects: dict[SessionId, list[Any]] = work[EVENTS].other_effects
    for application_id, session_id, effect in rows:
        effects[application_id, session_id].append(msgspec.Raw(effect.encode()))


LOAD_EVENT_KEYS = Load(_EVENT_KEYS, (EVENT_KEYS, APPLICATION), _take_keys)
LOAD_OTHER_EFFECTS = Load(
    _OTHER_EFFECTS, (OTHER_EFFECT_KEYS, APPLICATION, APPLICATION, APPLICATION), _take_other_effects
)

WRITE_EVENTS = Write(EVENTS, EventChanges.insert)
WRITE_EVENT_KEYS = Write(EVENTS, EventChanges.insert_keys)
