"""Sessions that come back in part, again and again, each time with what is left evaluated again, while others take and give
back: reservations, codes that were refused, gift cards, and what only a customer's first order gets."""

from __future__ import annotations

from random import Random

from tests.attack.battle import Battle, Script
from tests.attack.offer import Code, Limit, Offer, Referral
from tests.attack.operations import Operation, Reopen, Return, Update
from tests.attack.storms.carts import cart, is_personal
from tests.attack.storms.counts import count_all

CODE, OTHER, ALWAYS, UNKNOWN = "CODE", "OTHER", "ALWAYS", "UNKNOWN"
FRIEND = "FRIEND"
_FREE = (Code(CODE), Code(OTHER))
#: Whoever is refused the others has this one, so that there is something to evaluate again.
_SCARCE = (Code(CODE, usage_limit=3), Code(OTHER, usage_limit=2), Code(ALWAYS))
#: Out of reach: they let what customers were given be counted.
_COUNTED = (Limit("setDiscount", 99, ("Profile",)), Limit("customEffect", 99, ("Profile",)))

KINDS: dict[str, Offer] = {
    "codes": Offer(codes=_SCARCE, reevaluates=True),
    "codes of a campaign": Offer(codes=_FREE, limits=(Limit("redeemCoupon", 5),), reevaluates=True),
    "codes by day": Offer(codes=_FREE, limits=(Limit("redeemCoupon", 3, (), "daily"),), reevaluates=True),
    "gift cards": Offer(
        codes=(Code(CODE, gift=5), Code(OTHER, gift=4)), by_unit=True, is_partial=True, reevaluates=True
    ),
    "referral": Offer(referrals=(Referral(FRIEND, usage_limit=3),), reevaluates=True),
    "reservations": Offer(
        codes=(Code(CODE, usage_limit=3), Code(OTHER, reservations=2), Code(ALWAYS)),
        reserves=True,
        reevaluates=True,
    ),
    "budget of reservations": Offer(
        codes=_FREE, limits=(Limit("reserveCoupon", 5),), reserves=True, reevaluates=True
    ),
    "first order by its flag": Offer(
        first_by="flag", extras=("customEffect",), limits=_COUNTED, reevaluates=True
    ),
    # The first order gets a discount, all others an effect: there is always something in force.
    "first order or later": Offer(
        first_by="closed",
        extras=("customEffect",),
        extras_once_bought=True,
        limits=_COUNTED,
        reevaluates=True,
    ),
    "first order with a budget": Offer(
        first_by="sales",
        extras=("customEffect",),
        limits=(Limit("setDiscount", 4, ("Profile",)),),
        reevaluates=True,
    ),
    "codes for a first order": Offer(codes=_SCARCE, first_by="closed", reserves=True, reevaluates=True),
}
_DAYS = (1, 2)
_LIVES = 3
_MOVES = 6


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who close, bring back, cancel and reopen their sessions, and now and then those of others."""
    offer = KINDS[kind]
    customers = [f"{name}-{each}" for each in range(_customers(offer, clients))]
    sessions = [f"s{each}-{life}" for life in range(_LIVES) for each in range(clients)]
    scripts = [
        _client(offer, Random(chance.random()), sessions[each::clients], sessions, customers)
        for each in range(clients)
    ]
    return Battle(offer=offer, scripts=scripts, counts=count_all(offer, customers[:clients], sessions))


def _customers(offer: Offer, clients: int) -> int:
    """Few who share their orders, some who all want a reservation, or many who do not meet."""
    if not is_personal(offer):
        return 4 * clients
    return clients if offer.reserves and not offer.first_by else max(2, clients // 3)


def _client(
    offer: Offer, chance: Random, own: list[str], sessions: list[str], customers: list[str]
) -> Script:
    """Close some sessions, then bring back what others may have made room for."""
    for session in own:
        brought = cart(offer, chance, customers) | {"units": chance.randint(2, 5)}
        if offer.codes:
            codes = [*(code.value for code in offer.codes), *([UNKNOWN] if chance.random() < 0.2 else [])]
            brought["codes"] = tuple(chance.sample(codes, len(codes)))
        if chance.random() < 0.4:
            yield Update(session=session, **brought)
            brought = {}
        yield Update(session=session, state="closed", day=chance.choice(_DAYS), **brought)
        yield _move(chance, session)
    for _ in range(_MOVES):
        yield _move(chance, chance.choice(own if chance.random() < 0.5 else sessions))


def _move(chance: Random, session: str) -> Operation:
    again = Return(session=session, units=1, again=True, day=chance.choice(_DAYS))
    others: list[Operation] = [
        Return(session=session, units=1),
        Update(session=session, state="cancelled"),
        Update(session=session, state="cancelled"),
        Reopen(session=session),
        Update(session=session, state="closed"),
    ]
    return again if chance.random() < 0.6 else chance.choice(others)
