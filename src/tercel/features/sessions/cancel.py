"""Cancel a closed session: everything that is undone is undone from the ledger, never from today's rules."""

from __future__ import annotations

import msgspec

from tercel.base.numbers import ZERO
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.reversal import reverse
from tercel.features.configuration.model import Configuration
from tercel.features.sessions.answer import AnswerParts, encode_answer
from tercel.features.sessions.consume import Cause, give_back, stored_entries
from tercel.features.sessions.events import session_event
from tercel.features.sessions.intent import Intent
from tercel.features.sessions.resolve import profile_key
from tercel.pipeline.command import Answer
from tercel.pipeline.rows import ProfileMove, SessionRow
from tercel.pipeline.work import Draft


def cancel_session(
    intent: Intent, draft: Draft, configuration: Configuration, stored: SessionRow, types: tuple[str, ...]
) -> Answer:
    """Give back what closing took and answer with the rollback effects, in the order of the original ones.

    The request may carry a cart; it is not looked at, what was closed is frozen (integration.md 2.5).
    """
    in_force = draft.loaded.entries[stored.application_id, stored.id]
    reversals = reverse(stored_entries(in_force, stored.profile_integration_id))
    outcome = Outcome(effects=[each.effect for each in reversals if each.effect is not None])
    row = msgspec.structs.replace(
        stored,
        state="cancelled",
        update_count=stored.update_count + 1,
        version=stored.version + 1,
        total_discounts=ZERO,
        updated=intent.now,
        cancelled_at=intent.now,
    )
    event = session_event(row, types[0], draft.next_id("events"), intent.now, outcome, keeps_failures=False)
    cause = Cause(
        application_id=row.application_id,
        event_id=event.id,
        at=intent.now,
        session_id=row.id,
        profile_id=row.profile_id,
    )
    undone = {each.entry.id for each in reversals}
    give_back((entry for entry in in_force if entry.id in undone), cause, draft)
    draft.changes.sessions[intent.key] = row
    draft.changes.events.append(event)
    profile = (
        draft.profile(profile_key(row.profile_integration_id, configuration))
        if row.profile_integration_id
        else None
    )
    if profile is not None:
        draft.move_profile(
            ProfileMove(
                id=profile.id,
                closed_sessions=-1,
                total_sales=-row.total,
                last_activity=intent.now,
                expected_version=profile.version,
            )
        )
        profile = msgspec.structs.replace(
            profile, closed_sessions=profile.closed_sessions - 1, total_sales=profile.total_sales - row.total
        )
    parts = AnswerParts(session=row, profile=profile, event=event, outcome=outcome)
    return encode_answer(parts, intent, draft, configuration)
