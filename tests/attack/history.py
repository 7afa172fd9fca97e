"""What happened: each request with the instants at which it was sent and answered."""

from __future__ import annotations

import msgspec

from tests.attack.operations import Glimpse, Operation, Refusal, Update


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as far as the model foretells it. What an answer does not tell is None or empty.

    Attributes:
        status: Of HTTP.
        problem: The sentence of a refusal.
        state: Of the session, with its updates, units left, codes, and whether it is the customer's first.
        closed: Sessions that the customer closed, with their sales.
        accepted: Codes that were accepted.
        refused: Codes that were refused, each with the reason.
        discount: What was given.
        reserved: Coupons reserved, each with whether it was not before.
        created: Codes that were created.
        rolled_back: Codes whose redemption was taken back.
        taken_back: Discount that was taken back.
        counted: What was read of counters, by name.
    """

    status: int
    problem: str = ""
    state: str | None = None
    updates: int | None = None
    units: int | None = None
    codes: tuple[str, ...] | None = None
    is_first: bool | None = None
    closed: int | None = None
    sales: int | None = None
    accepted: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    discount: int = 0
    reserved: tuple[tuple[str, bool], ...] = ()
    created: tuple[str, ...] = ()
    rolled_back: tuple[str, ...] = ()
    taken_back: int = 0
    counted: tuple[tuple[str, int], ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of one client. Without an answer nobody knows whether it happened, and it may happen at any time."""

    client: int
    operation: Operation
    sent: int
    answered: int | None = None
    answer: Answer | None = None
    body: bytes = b""

    @property
    def end(self) -> float:
        """When it had happened at the latest."""
        return float("inf") if self.answered is None else self.answered

    def overlaps(self, other: Event) -> bool:
        """Whether both were under way at one moment."""
        return self.sent < other.end and other.sent < self.end

    def forgotten(self) -> Event:
        """The same request with nothing known of its answer."""
        return msgspec.structs.replace(self, answered=None, answer=None, body=b"")


def apart(event: Event) -> list[Event]:
    """The moments of an event; nearly everything happens at a single one.

    What an open session is told is a promise that nothing guards: the effects are those of one moment of the request, and
    the customer's figures those of one, but not always of the same. When a session closes with some codes and without
    others, the limits guard what it uses; that the others were refused was right at an earlier moment of the request.
    """
    operation, answer = event.operation, event.answer
    if not isinstance(operation, Update) or answer is None or answer.status != 200:
        return [event]
    if operation.state == "open":
        figures = Answer(status=200, is_first=answer.is_first, closed=answer.closed, sales=answer.sales)
        glimpse = Glimpse(session=operation.session, profile=operation.profile)
        return [event, msgspec.structs.replace(event, operation=glimpse, answer=figures)]
    if operation.state == "closed" and answer.accepted and answer.refused and not operation.key:
        refused = Answer(status=200, refused=answer.refused)
        refusal = Refusal(session=operation.session, day=operation.day, close=operation)
        return [event, msgspec.structs.replace(event, operation=refusal, answer=refused)]
    return [event]


def told(event: Event) -> str:
    """An event as one line for people."""
    answer = "no answer" if event.answer is None else _short(event.answer)
    operation = _short(event.operation)
    start, end = event.sent / 1e6, "…" if event.answered is None else f"{event.answered / 1e6:.1f}"
    return f"{start:10.1f} → {end:>9} ms  client {event.client:<3} {operation}  ⇒  {answer}"


def _short(value: msgspec.Struct) -> str:
    """Fields that differ from their defaults."""
    shown = [
        f"{field.name}={getattr(value, field.name)!r}"
        for field in msgspec.structs.fields(value)
        if getattr(value, field.name) != field.default
    ]
    return f"{type(value).__name__}({', '.join(shown)})"
