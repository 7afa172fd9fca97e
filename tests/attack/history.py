"""What happened: each request with the instants at which it was sent and answered."""

from __future__ import annotations

import msgspec

from tests.attack.operations import Operation


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as far as the model foretells it. What an answer does not tell is None or empty.

    Attributes:
        status: Of HTTP.
        problem: The sentence of a refusal.
        state: Of the session, with its updates, units left, codes, and whether it is the customer's first.
        closed: Sessions that the customer closed, with their sales, and the customer's attributes.
        accepted: Codes that were accepted.
        refused: Codes that were refused, each with the reason.
        discount: What was given.
        reserved: Coupons reserved, each with whether it was not before.
        created: Codes that were created.
        rolled_back: Codes whose redemption was taken back.
        taken_back: Discount that was taken back.
        extras: Effects beside the discount, by action and number.
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
    attributes: tuple[tuple[str, int], ...] = ()
    accepted: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    discount: int = 0
    reserved: tuple[tuple[str, bool], ...] = ()
    created: tuple[str, ...] = ()
    rolled_back: tuple[str, ...] = ()
    taken_back: int = 0
    extras: tuple[tuple[str, int], ...] = ()
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

    @property
    def changes_nothing(self) -> bool:
        """Whether it surely left everything as it was: it only read, or the whole request was refused."""
        return self.answer is not None and (self.operation.only_reads or self.answer.status >= 400)

    def overlaps(self, other: Event) -> bool:
        """Whether both were under way at one moment."""
        return self.sent < other.end and other.sent < self.end

    def forgotten(self) -> Event:
        """The same request with nothing known of its answer."""
        return msgspec.structs.replace(self, answered=None, answer=None, body=b"")


def told(event: Event) -> str:
    """An event as one line for people."""
    answer = "no answer" if event.answer is None else _short(event.answer)
    operation = _short(event.operation)
    start, end = event.sent / 1e6, "…" if event.answered is None else f"{event.answered / 1e6:.1f}"
    return f"{start:10.1f} → {end:>9} ms  client {event.client:<3} {operation}  ⇒  {answer}"


def _short(value: object) -> str:
    """A value; of a struct the fields that differ from their defaults."""
    if not isinstance(value, msgspec.Struct):
        return repr(value)
    shown = [
        f"{field.name}={_short(getattr(value, field.name))}"
        for field in msgspec.structs.fields(value)
        if getattr(value, field.name) != field.default
    ]
    return f"{type(value).__name__}({', '.join(shown)})"
