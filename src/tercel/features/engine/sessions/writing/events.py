"""Events of sessions: as stored, and as answered to shops (behaviour/events 1, 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tercel.base.codec import decode_any, encode
from tercel.effects.all import PROPERTY_NAMES
from tercel.evaluation.outcome import Outcome
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.ledger.events import EventRow
from tercel.pipeline.rows import EMPTY_LIST


class Event(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """An event as answered. Its effects have the old array form: the name, then the values of the props."""

    id: int
    created: datetime
    application_id: int
    profile_id: str | None = None
    store_integration_id: str | None = None
    type: str
    attributes: msgspec.Raw
    session_id: str | None = None
    effects: list[list[Any]]


def session_event(
    row: SessionRow, kind: str, event_id: int, now: datetime, outcome: Outcome, *, keeps_failures: bool
) -> EventRow:
    """Return the row of the event that a session update causes."""
    return EventRow(
        id=event_id,
        application_id=row.application_id,
        created=now,
        type=kind,
        profile_id=row.profile_id,
        profile_integration_id=row.profile_integration_id,
        store_integration_id=row.store_integration_id,
        session_id=row.id,
        session_integration_id=row.integration_id,
        effects=effects_document(outcome),
        rule_failure_reasons=msgspec.Raw(encode(outcome.failures)) if keeps_failures else None,
    )


def effects_document(outcome: Outcome) -> msgspec.Raw:
    """Encode the effects, once for the answer and for the event."""
    return msgspec.Raw(encode(outcome.effects)) if outcome.effects else EMPTY_LIST


def wire_event(row: EventRow) -> Event:
    """Return an event as answered."""
    return Event(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        profile_id=row.profile_integration_id,
        store_integration_id=row.store_integration_id,
        type=row.type,
        attributes=row.attributes,
        session_id=row.session_integration_id,
        effects=[_array_form(effect) for effect in decode_any(row.effects)],
    )


def _array_form(effect: dict[str, Any]) -> list[Any]:
    """Return the older form of an effect: its type, then the values of its properties in the contract's order, which a stored document does not keep."""
    kind, props = effect["effectType"], effect["props"]
    return [kind, *(props[name] for name in PROPERTY_NAMES[kind] if name in props)]
