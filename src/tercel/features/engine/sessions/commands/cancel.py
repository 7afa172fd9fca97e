"""Cancelling and reopening a closed session: everything that closing took is given back (behaviour/sessions 11, 12)."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

import msgspec

from tercel.base.codec import encode
from tercel.base.errors import NotFoundError
from tercel.base.keys import lookup_key
from tercel.base.numbers import ZERO
from tercel.evaluation.run.reversal import reverse
from tercel.features.common.caller import Caller
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import SESSIONS, SessionRow
from tercel.features.engine.sessions.answers.session import AnswerParts, encode_answer
from tercel.features.engine.sessions.commands.lifecycle import require_move
from tercel.features.engine.sessions.facts.gather import need_stored, need_what_it_names
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.writing.consume import stored_entries
from tercel.features.engine.sessions.writing.undo import Undone, undo
from tercel.ledger.entries import ENTRIES
from tercel.pipeline.aggregate import Work
from tercel.pipeline.command import Answer, repeat_key
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs


def cancel_session(
    intent: Intent, draft: Draft, configuration: Configuration, stored: SessionRow, types: tuple[str, ...]
) -> Answer:
    """Reverse all entries in force and answer with the rollback effects, in the order of the original ones.

    The cart of the request is ignored: the content of a closed session is frozen.
    """
    undone = _undo_all(draft, configuration, stored, state="cancelled", kind=types[0], now=intent.now)
    parts = AnswerParts(
        session=draft.changes[SESSIONS].written[intent.key],
        profile=undone.profile,
        event=undone.event,
        outcome=undone.outcome,
    )
    return encode_answer(parts, intent, draft, configuration)


class ReopenedSession(msgspec.Struct):
    """The answer of a reopening."""

    effects: msgspec.Raw


class ReopenSession:
    """Command: open a closed session again."""

    busy_message = "Too many requests are updating this session at the same time"

    def __init__(
        self, caller: Caller, integration_id: str, *, now: datetime, idempotency_key: str | None = None
    ) -> None:
        assert caller.application_id is not None
        self.application_id = caller.application_id
        self.now = now
        self._integration_id = integration_id
        self._key = (self.application_id, lookup_key(integration_id))
        self.serial_key: Hashable = self._key
        self.repeat_key = repeat_key(self.application_id, f"PUT reopen {self._key[1]}", idempotency_key)

    def first(self, needs: Needs, configuration: Configuration) -> None:  # the protocol's
        """Need the session."""
        need_stored(self._key, needs)

    def follow(self, needs: Needs, work: Work, configuration: Configuration) -> None:
        """Need the entries of the session, its profile and its codes."""
        need_what_it_names(work[SESSIONS].get(self._key), needs, work, configuration, self.now)

    def decide(self, draft: Draft, configuration: Configuration) -> Answer:
        """Give everything back and answer with the rollback effects."""
        stored = draft.loaded[SESSIONS].get(self._key)
        if stored is None:
            raise NotFoundError(f"session `{self._integration_id}` does not exist in this application")
        require_move(stored.state, "open", allowed={"closed"})
        undone = _undo_all(
            draft, configuration, stored, state="open", kind="talon_session_reopened", now=self.now
        )
        return Answer(status=200, body=encode(ReopenedSession(undone.event.effects)))


def _undo_all(
    draft: Draft, configuration: Configuration, stored: SessionRow, *, state: str, kind: str, now: datetime
) -> Undone:
    in_force = draft.loaded[ENTRIES][stored.application_id, stored.id]
    row = msgspec.structs.replace(
        stored,
        state=state,
        update_count=stored.update_count + 1,
        version=stored.version + 1,
        total_discounts=ZERO,
        updated=now,
        closed_at=None if state == "open" else stored.closed_at,
        cancelled_at=now if state == "cancelled" else None,
    )
    return undo(
        draft,
        configuration,
        row,
        kind=kind,
        now=now,
        reversals=reverse(stored_entries(in_force, stored.profile_integration_id)),
        closed_sessions=-1,
        sales=-stored.total,
    )
