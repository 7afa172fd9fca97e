"""States of a session and the events of moves between them (behaviour/sessions 7; behaviour/events 1)."""

from __future__ import annotations

from tercel.base.errors import WrongStateError

#: What a PUT may do: from the stored state (None = unknown session) to the one asked for, with the event types.
#: A session created closed is both created and closed; the first type is the one recorded.
_MOVES: dict[tuple[str | None, str], tuple[str, ...]] = {
    (None, "open"): ("talon_session_created",),
    (None, "closed"): ("talon_session_closed", "talon_session_created"),
    ("open", "open"): ("talon_session_updated",),
    ("open", "closed"): ("talon_session_closed",),
    ("open", "cancelled"): ("talon_session_cancelled",),
    ("closed", "cancelled"): ("talon_session_revoked",),
    ("partially_returned", "cancelled"): ("talon_session_revoked",),
}


def event_types(stored: str | None, wanted: str) -> tuple[str, ...]:
    """Return the event types of a move by PUT.

    Raises:
        WrongStateError: a PUT cannot make this move; clients depend on the sentence (behaviour/sessions 7).
    """
    types = _MOVES.get((stored, wanted))
    if types is None:
        raise WrongStateError(f'Cannot move session to state "{wanted}" from state "{stored or "new"}"')
    return types


def require_move(stored: str, wanted: str, *, allowed: set[str]) -> None:
    """Allow a move by an operation of its own, such as reopening.

    Raises:
        WrongStateError: the move may not start from the stored state.
    """
    if stored not in allowed:
        raise WrongStateError(f'Cannot move session to state "{wanted}" from state "{stored}"')
