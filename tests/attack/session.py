"""A session of the sequential model, how rules see it, and what an answer shows of it."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.attack.customers import bought
from tests.attack.extras import attributes
from tests.attack.gift import Discount, Take
from tests.attack.history import Answer
from tests.attack.linearize import World
from tests.attack.meters import Asker
from tests.attack.operations import Operation


class Session(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """A session of the world; ``takes``, ``discounts`` and ``extras`` are what it has in force.

    Attributes:
        refused: Codes that were refused last, each with the reason.
        reserved: Reservations that it was told, each with whether it made it; what it made goes when it is undone.
    """

    state: str = "open"
    updates: int = 0
    units: int = 0
    returned: int = 0
    is_first: bool = True
    codes: tuple[str, ...] = ()
    profile: str | None = None
    identifiers: tuple[str, ...] = ()
    store: str | None = None
    referral: str | None = None
    takes: tuple[Take, ...] = ()
    discounts: tuple[Discount, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    reserved: tuple[tuple[str, bool], ...] = ()
    created: tuple[str, ...] = ()
    extras: tuple[tuple[str, int], ...] = ()

    @property
    def left(self) -> range:
        """Units that were not returned."""
        return range(self.returned, self.units)

    @property
    def redeemed(self) -> tuple[str, ...]:
        """Codes that it used, in their order."""
        return tuple(take.meter[1] for take in self.takes if take.meter[0] in ("code", "referral"))

    @property
    def was_given_something(self) -> bool:
        """Whether anything is in force; that a code was refused is nothing."""
        return bool(self.takes or self.discounts or self.reserved or self.created or self.extras)

    def asker(self, operation: Operation, figures: tuple[int, int]) -> Asker:
        """The session as rules see it, with the sessions that its customer closed and their sales."""
        closed, sales = figures
        return Asker(
            session=operation.session,
            profile=self.profile,
            identifiers=self.identifiers,
            store=self.store,
            referral=self.referral,
            has_created=bool(self.created),
            day=operation.day,
            is_first=self.is_first,
            closed=closed,
            sales=sales,
        )


def seen(world: World, session: Session, **more: Any) -> Answer:
    """An answer with the session and its customer."""
    closed, sales = (None, None) if session.profile is None else bought(world, session.profile)
    return Answer(
        status=200,
        state=session.state,
        updates=session.updates,
        units=len(session.left),
        codes=session.codes,
        is_first=session.is_first,
        closed=closed,
        sales=sales,
        attributes=attributes(world, session.profile),
        **more,
    )


def wrong_move(wanted: str, state: str) -> Answer:
    """The refusal of a change of state."""
    return Answer(status=400, problem=f'Cannot move session to state "{wanted}" from state "{state}"')


def reserve(world: World, session: Session, reserved: tuple[tuple[str, bool], ...]) -> None:
    """Let the customer hold the codes that are reserved anew."""
    for code, is_new in reserved:
        if is_new:
            name = ("reserved", code)
            world[name] = world.get(name, frozenset()) | {session.profile}
