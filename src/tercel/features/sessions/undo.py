"""Take back what a session consumed: the common part of cancelling, reopening and returning.

Everything is undone from the ledger, never from today's rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tercel.evaluation.outcome import Outcome
from tercel.evaluation.reversal import Reversal
from tercel.features.configuration.model import Configuration
from tercel.features.sessions.consume import give_back
from tercel.features.sessions.events import session_event
from tercel.features.sessions.resolve import profile_key
from tercel.ledger.movements import Cause
from tercel.pipeline.rows import EventRow, ProfileMove, ProfileRow, SessionRow
from tercel.pipeline.work import Draft


class Undone(msgspec.Struct, kw_only=True):
    """The event of the undoing, its effects, and the profile as it is left."""

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
    """Write the opposite of entries and what it does to the profile; nothing of it when the draft is dropped.

    Args:
        draft: Where to write.
        configuration: The application.
        row: The session as it becomes.
        kind: Type of the event.
        now: Time of the event.
        reversals: The entries to take back, with their rollback effects.
        closed_sessions: How the profile's number of closed sessions changes.
        sales: How its sales change.
    """
    effects = [each.effect for each in reversals if each.effect is not None]
    outcome = Outcome(effects=effects)
    event = session_event(row, kind, draft.next_id("events"), now, outcome, keeps_failures=False)
    cause = Cause(
        application_id=row.application_id,
        event_id=event.id,
        created=now,
        session_id=row.id,
        profile_id=row.profile_id,
    )
    undone = {each.entry.id for each in reversals}
    in_force = draft.loaded.entries[row.application_id, row.id]
    give_back((entry for entry in in_force if entry.id in undone), cause, draft)
    draft.changes.sessions[row.application_id, row.key] = row
    draft.changes.events.append(event)
    profile = _moved_profile(draft, configuration, row, now, closed_sessions, sales)
    return Undone(event=event, outcome=outcome, cause=cause, profile=profile)


def _moved_profile(
    draft: Draft,
    configuration: Configuration,
    row: SessionRow,
    now: datetime,
    closed_sessions: int,
    sales: Decimal,
) -> ProfileRow | None:
    if not row.profile_integration_id:
        return None
    profile = draft.profile(profile_key(row.profile_integration_id, configuration))
    if profile is None:
        return None
    draft.move_profile(
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
