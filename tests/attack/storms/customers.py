"""Updates of customers, with rules and without, among their events and sessions: no attribute is lost, no budget is passed."""

from __future__ import annotations

from random import Random

from tests.attack.battle import Battle, Script, plain
from tests.attack.offer import Limit, Offer
from tests.attack.operations import Greet, GreetAll, Operation, Track, Update
from tests.attack.storms.counts import count_all, count_sent

KINDS: dict[str, Offer] = {
    "attributes": Offer(extras=("points",), extras_for="events"),
    "rules": Offer(
        extras=("customEffect", "callApi"), limits=(Limit("customEffect", 6), Limit("callApi", 7))
    ),
    "rules once bought": Offer(
        extras=("customEffect",), extras_once_bought=True, limits=(Limit("customEffect", 2, ("Profile",)),)
    ),
    "same key": Offer(extras=("callApi",), limits=(Limit("callApi", 5),)),
}
_MOVES = 4


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who share a few customers."""
    offer = KINDS[kind]
    customers = [f"{name}-{number}" for number in range(3)]
    play = _twins if kind == "same key" else _guests
    scripts = play(chance, offer, customers, clients)
    names = [f"{number}-{each}" for number in range(clients) for each in range(_MOVES)]
    counts = count_all(offer, customers) + [Greet(profile=customer) for customer in customers]
    counts += count_sent(
        offer,
        sessions=[f"s{each}" for each in names],
        events=[f"e{each}" for each in names],
        profiles=customers,
    )
    return Battle(offer=offer, scripts=scripts, counts=counts)


def _twins(chance: Random, _offer: Offer, customers: list[str], clients: int) -> list[Script]:
    """Pairs of clients who send the same updates with the same keys."""
    scripts: list[Script] = []
    for pair in range(max(1, clients // 2)):
        greetings = [
            Greet(profile=chance.choice(customers), runs_rules=True, mood=each, key=f"{pair} {each}")
            for each in range(_MOVES)
        ]
        scripts += [plain(greetings), plain(greetings)]
    return scripts


def _guests(chance: Random, offer: Offer, customers: list[str], clients: int) -> list[Script]:
    """Clients who do all kinds of things."""
    return [
        plain([_move(chance, offer, customers, f"{number}-{each}") for each in range(_MOVES)])
        for number in range(clients)
    ]


def _move(chance: Random, offer: Offer, customers: list[str], name: str) -> Operation:
    customer = chance.choice(customers)
    mood = chance.choice([None, chance.randint(1, 9)])
    moves: list[Operation] = [
        Greet(profile=customer, mood=mood, runs_rules=offer.extras_for == "all"),
        Greet(profile=customer, mood=mood),
        GreetAll(profiles=tuple(chance.sample(customers, 2)), mood=chance.randint(1, 9)),
        Track(event=f"e{name}", profile=customer),
        Track(event=f"e{name}", profile=customer),
        Update(session=f"s{name}", state="closed", units=1, profile=customer),
        Update(session=f"s{name}", units=1, profile=customer),
    ]
    return chance.choice(moves)
