"""Reversal of the consumption of a session: the common part of cancelling, reopening and returning.

Reads the ledger, never the rules of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tercel.evaluation.outcome import Outcome
from tercel.evaluation.run.reversal import Reversal
from tercel.evaluation.state.budgets import identifier_keys
from tercel.features.customers.profiles.aggregate import (
    PROFILES,
    ProfileMove,
    ProfileRow,
    find_profile,
)
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SESSIONS, SessionRow
from tercel.features.engine.sessions.request.merge import texts_of
from tercel.features.engine.sessions.request.resolve import find_store, profile_key
from tercel.features.engine.sessions.writing.consume import give_back
from tercel.features.engine.sessions.writing.events import effects_document, session_event
from tercel.features.engine.sessions.writing.points import undo_points
from tercel.ledger.entries import ENTRIES, Cause
from tercel.ledger.events import EVENTS, EventRow
from tercel.pipeline.draft import Draft


class Undone(msgspec.Struct, kw_only=True):
    """The event of the reversal, its effects, and the profile afterwards."""

    event: EventRow
    outcome: Outcome
    cause: Cause
    profile: ProfileRow | None


def undo(
    draft: Draft,
    configuration: Configuration,
    row: SessionRow,
    *,
    kind: str,
    now: datetime,
    reversals: Sequence[Reversal],
    closed_sessions: int,
    sales: Decimal,
) -> Undone:
    """Append reversals and move the profile. Nothing is written when the draft is dropped.

    Args:
        draft: The changes of the command.
        configuration: The application.
        row: The session afterwards.
        kind: Type of the event.
        now: Time of the event.
        reversals: The entries to reverse, with their rollback effects.
        closed_sessions: Change of the profile's number of closed sessions.
        sales: Change of its sales.
    """
    outcome = Outcome()
    event = session_event(row, kind, draft.next_id(EVENTS), now, outcome, keeps_failures=False)
    outcome.effects = undo_points(reversals, event, draft, configuration)
    event.effects = effects_document(outcome)
    store = find_store(draft.loaded, row.store_integration_id, configuration)
    cause = Cause(
        application_id=row.application_id,
        event_id=event.id,
        created=now,
        session_id=row.id,
        profile_id=row.profile_id,
        store_id=store.id if store is not None else None,
        identifiers=identifier_keys(texts_of(row.identifiers)) or None,
    )
    undone = {each.entry.id for each in reversals}
    in_force = draft.loaded[ENTRIES][row.application_id, row.id]
    give_back((entry for entry in in_force if entry.id in undone), cause, draft, configuration)
    draft.changes[SESSIONS].written[row.application_id, row.key] = row
    draft.changes[EVENTS].events.append(event)
    profile = _moved_profile(draft, configuration, row, now, closed_sessions=closed_sessions, sales=sales)
    return Undone(event=event, outcome=outcome, cause=cause, profile=profile)


def _moved_profile(
    draft: Draft,
    configuration: Configuration,
    row: SessionRow,
    now: datetime,
    *,
    closed_sessions: int,
    sales: Decimal,
) -> ProfileRow | None:
    if not row.profile_integration_id:
        return None
    profile = find_profile(draft, profile_key(row.profile_integration_id, configuration))
    if profile is None:
        return None
    draft.changes[PROFILES].move(
        ProfileMove(
            id=profile.id,
            closed_sessions=closed_sessions,
            total_sales=sales,
            last_activity=now,
            expected_version=profile.version,
        )
    )
    return msgspec.structs.replace(
        profile,
        closed_sessions=profile.closed_sessions + closed_sessions,
        total_sales=profile.total_sales + sales,
        last_activity=now,
    )
