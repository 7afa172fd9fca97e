"""One session from several sides: whatever is asked of it at once happens one after the other, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.attack.battle import Battle, Script
from tests.attack.offer import Code, Limit, Offer
from tests.attack.operations import Look, Operation, Reopen, Return, Update
from tests.attack.storms.counts import count_all

CODE = "CODE"
_OFFERS = (
    Offer(codes=(Code(CODE, usage_limit=2, gift=20),), by_unit=True, is_partial=True),
    Offer(codes=(Code(CODE),), limits=(Limit("redeemCoupon", 1, ("Profile",)), Limit("setDiscount", 9))),
)

#: What one side asks of a session.
Move = Callable[[Random, str], Operation]


def _close(_chance: Random, session: str) -> Operation:
    return Update(session=session, state="closed")


def _cancel(_chance: Random, session: str) -> Operation:
    return Update(session=session, state="cancelled")


def _reopen(_chance: Random, session: str) -> Operation:
    return Reopen(session=session)


def _return(chance: Random, session: str) -> Operation:
    return Return(session=session, units=chance.randint(1, 3))


def _change_cart(chance: Random, session: str) -> Operation:
    return Update(session=session, units=chance.randint(1, 6))


def _change_codes(chance: Random, session: str) -> Operation:
    return Update(session=session, codes=chance.choice([(), (CODE,)]))


def _close_with_cart(chance: Random, session: str) -> Operation:
    return Update(session=session, state="closed", units=chance.randint(1, 6))


def _look(_chance: Random, session: str) -> Operation:
    return Look(session=session)


#: Which moves meet, by name, and whether the sessions are closed when they do.
INTERLEAVINGS: dict[str, tuple[bool, tuple[Move, ...]]] = {
    "close, close": (False, (_close, _close_with_cart)),
    "close, cancel": (False, (_close, _cancel)),
    "close, change": (False, (_close, _change_cart, _change_codes)),
    "change, change": (False, (_change_cart, _change_codes)),
    "cancel, cancel": (True, (_cancel,)),
    "return, return": (True, (_return,)),
    "return, cancel": (True, (_return, _cancel)),
    "return, reopen": (True, (_return, _reopen)),
    "reopen, reopen": (True, (_reopen,)),
    "reopen, cancel": (True, (_reopen, _cancel)),
    "reopen, close": (True, (_reopen, _close, _close_with_cart)),
    "everything": (False, (_close, _close, _cancel, _reopen, _return, _change_cart, _change_codes, _look)),
    "readers": (False, (_close, _reopen, _look, _look)),
}
_MOVES = 4


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who share a few sessions, which share a limit."""
    are_closed, moves = INTERLEAVINGS[kind]
    offer = chance.choice(_OFFERS)
    sessions = [f"s{number}" for number in range(max(2, clients // 3))]
    customers = [f"{name}-{number}" for number in range(2)]
    before: list[Operation] = [
        Update(session=session, units=chance.randint(2, 6), codes=(CODE,), profile=chance.choice(customers))
        for session in sessions
    ]
    if are_closed:
        before += [_close(chance, session) for session in sessions]
    scripts = [_side(Random(chance.random()), moves, sessions) for _ in range(clients)]
    return Battle(offer=offer, before=before, scripts=scripts, counts=count_all(offer, customers, sessions))


def _side(chance: Random, moves: tuple[Move, ...], sessions: list[str]) -> Script:
    """All sides begin with the same session, so that they meet."""
    for number in range(_MOVES):
        session = sessions[number % len(sessions)] if number < 2 else chance.choice(sessions)
        yield chance.choice(moves)(chance, session)
