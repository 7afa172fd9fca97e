"""Codes that rules create, redeemed by several clients the moment they are known."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.attack.battle import Battle, Script
from tests.attack.history import Answer
from tests.attack.offer import Limit, Offer
from tests.attack.operations import CountBudget, Reopen, Return, Update

KINDS: dict[str, Offer] = {
    "create and redeem": Offer(creates=True, limits=(Limit("createCoupon", 4),)),
    "create and evaluate again": Offer(creates=True, limits=(Limit("createCoupon", 4),), reevaluates=True),
    "create for each customer": Offer(creates=True, limits=(Limit("createCoupon", 1, ("Profile",)),)),
}


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who make codes and tell each other, and all redeem what they have heard of."""
    offer = KINDS[kind]
    known: list[str] = []
    customers = [f"{name}-{number}" for number in range(max(2, clients // 3))]
    who = customers if offer.has_entity("Profile") else [None]
    scripts = [
        _client(Random(chance.random()), f"s{number}", who, known, reevaluates=offer.reevaluates)
        for number in range(clients)
    ]
    counts = [CountBudget(action=limit.action) for limit in offer.limits if not limit.entities]
    return Battle(offer=offer, scripts=scripts, counts=counts)


def _client(
    chance: Random, session: str, who: Sequence[str | None], known: list[str], *, reevaluates: bool
) -> Script:
    maker = f"{session}-maker"
    answer = yield Update(session=maker, state="closed", units=2, profile=chance.choice(who))
    tell(known, answer)
    if reevaluates:
        yield Return(session=maker, units=1, again=True)
    elif chance.random() < 0.4:
        # A created code outlives its session, and its budget is not given back.
        yield Reopen(session=maker)
        answer = yield Update(session=maker, state="closed")
        tell(known, answer)
    for number in range(2):
        codes = tuple(known[-2:])
        if codes:
            user = f"{session}-user{number}"
            yield Update(session=user, state="closed", units=2, profile=chance.choice(who), codes=codes)
            if chance.random() < 0.3:
                yield Update(session=user, state="cancelled")


def tell(known: list[str], answer: Answer | None) -> None:
    """Let everybody know a code that was not known."""
    known.extend(code for code in (answer.created if answer else ()) if code not in known)
