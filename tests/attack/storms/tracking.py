"""Custom events that rules answer, and what must not come between: budgets, names, sessions and customers they belong to."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.attack.battle import Battle, Lost, Script
from tests.attack.offer import Limit, Offer
from tests.attack.operations import (
    CountBudget,
    Greet,
    Operation,
    Recall,
    Reopen,
    Return,
    Track,
    Update,
)
from tests.attack.storms.counts import count_all, count_sent
from tests.attack.storms.creation import tell


class Field(NamedTuple):
    """What is offered, and who takes part: the number of a client, all customers, and codes that are known."""

    offer: Offer
    client: int
    customers: list[str]
    known: list[str]


#: The script of a client.
Player = Callable[[Random, Field], Script]
_EVENTS = 4


def _many(chance: Random, field: Field) -> Script:
    """Events of any customer, named or not, told about or not."""
    for number in range(_EVENTS):
        yield Track(
            event=_event(field, number),
            profile=chance.choice(field.customers),
            is_named=chance.random() < 0.5,
            is_silent=field.offer.extras_for == "events" and chance.random() < 0.2,
        )


def _buying(chance: Random, field: Field) -> Script:
    """Events of customers who buy, cancel and return meanwhile; some only look."""
    if chance.random() < 0.5:
        yield from _many(chance, field)
        return
    for number in range(2):
        session = f"s{field.client}-{number}"
        yield Update(session=session, state="closed", units=2, profile=chance.choice(field.customers))
        yield from _look(chance, field)
        yield chance.choice(
            [
                Update(session=session, state="cancelled"),
                Reopen(session=session),
                Return(session=session, units=1),
            ]
        )
        yield from _look(chance, field)


def _look(chance: Random, field: Field) -> Script:
    """What can be seen in the meantime."""
    others = field._replace(client=chance.randrange(field.client + 1))
    budgets = [limit.action for limit in field.offer.limits]
    sights: list[Operation] = [
        *(CountBudget(action=action) for action in budgets),
        Recall(event=_event(others, chance.randrange(_EVENTS))),
        Greet(profile=chance.choice(field.customers)),
    ]
    yield chance.choice(sights)


def _same_names(chance: Random, field: Field) -> Script:
    """Events of which each name is used by everybody."""
    for number in range(_EVENTS):
        event = f"e{number}" if chance.random() < 0.8 else _event(field, number)
        yield Track(event=event, profile=chance.choice(field.customers), is_named=True)
        yield Recall(event=f"e{chance.randrange(_EVENTS)}")


def _of_sessions(chance: Random, field: Field) -> Script:
    """Events that follow sessions which others close and reopen all the time, and at last return."""
    sessions = ["s0"] if field.offer.extras_for == "all" else ["s0", "s1"]
    if field.client % 3:
        for number in range(_EVENTS):
            yield Track(
                event=_event(field, number),
                profile=chance.choice(field.customers),
                is_named=True,
                connected=chance.choice(sessions),
            )
        return
    session = sessions[field.client // 3 % len(sessions)]
    for _ in range(_EVENTS):
        yield Update(session=session, state="closed", units=2, profile=field.customers[0])
        yield Reopen(session=session)
        yield from _look(chance, field)
    yield Update(session=session, state="closed")
    yield Return(session=session, units=1)
    yield from _look(chance, field)


def _redeeming(chance: Random, field: Field) -> Script:
    """Events that create codes, and sessions that use what is known of them."""
    for number in range(2):
        answer = yield Track(event=_event(field, number), profile=chance.choice(field.customers))
        tell(field.known, answer)
        if codes := tuple(field.known[-2:]):
            yield Update(session=f"s{field.client}-{number}", state="closed", units=2, codes=codes)


def _repeating(chance: Random, field: Field) -> Script:
    """The same keys from two sides, and clients who hang up and ask again."""
    pair = field.client // 2
    for number in range(_EVENTS):
        # Because: a pair agrees about everything.
        event = Track(
            event=f"e{pair}-{number}",
            profile=field.customers[pair % len(field.customers)],
            key=f"{pair} {number}",
            is_silent=number == 1,
        )
        while chance.random() < 0.3:
            yield Lost(event)
        yield event


def _event(field: Field, number: int) -> str:
    return f"e{field.client}-{number}"


_EFFECTS = ("customEffect",)
#: What events meet, by name: the offer, how many customers there are, and what clients do.
KINDS: dict[str, tuple[Offer, int, Player]] = {
    "budget": (
        Offer(
            extras=("customEffect", "callApi"),
            extras_for="events",
            limits=(Limit("customEffect", 7), Limit("callApi", 6)),
        ),
        20,
        _many,
    ),
    "budget of a customer": (
        Offer(extras=_EFFECTS, extras_for="events", limits=(Limit("customEffect", 2, ("Profile",)),)),
        3,
        _many,
    ),
    "points": (Offer(extras=("points", "callApi"), extras_for="events"), 2, _buying),
    "once bought": (
        Offer(
            extras=_EFFECTS, extras_for="events", extras_once_bought=True, limits=(Limit("customEffect", 30),)
        ),
        2,
        _buying,
    ),
    "budget shared with sessions": (Offer(extras=_EFFECTS, limits=(Limit("customEffect", 3),)), 3, _buying),
    "same names": (
        Offer(extras=("callApi", "customEffect"), extras_for="events", limits=(Limit("customEffect", 5),)),
        8,
        _same_names,
    ),
    "of a session": (
        Offer(extras=_EFFECTS, extras_for="events", limits=(Limit("customEffect", 30),)),
        6,
        _of_sessions,
    ),
    # The session has the only use while it is closed, so no event may ever get it.
    "of a session with a budget": (
        Offer(extras=_EFFECTS, limits=(Limit("customEffect", 1),)),
        6,
        _of_sessions,
    ),
    "codes": (
        Offer(extras=("createCoupon",), extras_for="events", limits=(Limit("createCoupon", 4),)),
        8,
        _redeeming,
    ),
    "same key": (
        Offer(extras=("callApi", "customEffect"), extras_for="events", limits=(Limit("customEffect", 6),)),
        8,
        _repeating,
    ),
}


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who track events, and what is left when all are done."""
    offer, number, player = KINDS[kind]
    customers = [f"{name}-{each}" for each in range(number)]
    known: list[str] = []
    scripts = [
        player(Random(chance.random()), Field(offer, each, customers, known)) for each in range(clients)
    ]
    events = [f"e{client}-{each}" for client in range(clients) for each in range(_EVENTS)]
    counts = count_all(offer, customers) + [Greet(profile=customer) for customer in customers]
    counts += count_sent(offer, events=[*events, *(f"e{each}" for each in range(_EVENTS))])
    return Battle(offer=offer, scripts=scripts, counts=counts)
