"""Every kind of limit under the same storm: sessions that try, close, cancel, reopen and return at once."""

from __future__ import annotations

from random import Random

from tests.attack.battle import Battle, Script, plain
from tests.attack.offer import Code, Limit, Offer, Referral
from tests.attack.operations import Operation, Reopen, Reserve, Return, Update
from tests.attack.storms.carts import cart, is_personal
from tests.attack.storms.counts import count_all, count_sent

CODE = "CODE"
OTHER = "OTHER"
FRIEND = "FRIEND"
_CODES = (Code(CODE), Code(OTHER))

#: Each kind of limit, by name. Bounds are low, so that most sessions meet them.
KINDS: dict[str, Offer] = {
    "code": Offer(codes=(Code(CODE, usage_limit=4),)),
    "two codes": Offer(codes=(Code(CODE, usage_limit=4), Code(OTHER, usage_limit=3))),
    "customer": Offer(codes=_CODES, limits=(Limit("redeemCoupon", 2, ("Profile",)),)),
    "customer and code": Offer(codes=(Code(CODE, per_profile=1), Code(OTHER, per_profile=2))),
    "identifier": Offer(codes=(Code(CODE),), limits=(Limit("redeemCoupon", 2, ("Identifier",)),)),
    "money by identifier": Offer(limits=(Limit("setDiscount", 6, ("Identifier",)),)),
    "campaign": Offer(codes=_CODES, limits=(Limit("redeemCoupon", 5),)),
    "store": Offer(stores=("north", "south"), limits=(Limit("setDiscount", 9, ("Store",)),)),
    "store with a budget": Offer(stores=("north", "south"), store_budget=9),
    "session": Offer(limits=(Limit("setDiscountEffect", 3, ("Session",)),), by_unit=True),
    "day": Offer(codes=_CODES, limits=(Limit("redeemCoupon", 3, (), "daily"),)),
    "day and customer": Offer(limits=(Limit("setDiscount", 4, ("Profile",), "daily"),)),
    "week and month": Offer(
        limits=(Limit("setDiscount", 12, (), "weekly"), Limit("setDiscount", 10, (), "monthly"))
    ),
    "year": Offer(limits=(Limit("setDiscount", 12, (), "yearly"),)),
    "money": Offer(limits=(Limit("setDiscount", 12),)),
    "money in part": Offer(limits=(Limit("setDiscount", 12),), is_partial=True),
    "money by unit": Offer(limits=(Limit("setDiscount", 12),), by_unit=True),
    "money by unit in part": Offer(limits=(Limit("setDiscount", 12),), by_unit=True, is_partial=True),
    "money evaluated again": Offer(limits=(Limit("setDiscount", 12),), is_partial=True, reevaluates=True),
    "money evaluated again in whole": Offer(limits=(Limit("setDiscount", 12),), reevaluates=True),
    "effects": Offer(limits=(Limit("setDiscountEffect", 8),), by_unit=True),
    "gift card": Offer(codes=(Code(CODE, gift=12),)),
    "gift card in part": Offer(codes=(Code(CODE, gift=12),), is_partial=True),
    "gift card by unit": Offer(codes=(Code(CODE, gift=12),), by_unit=True, is_partial=True),
    "reservation": Offer(codes=(Code(CODE, reservations=2),), reserves=True),
    "reservation budget": Offer(codes=_CODES, limits=(Limit("reserveCoupon", 2),), reserves=True),
    "referral": Offer(referrals=(Referral(FRIEND, usage_limit=2),)),
    "referrals of a campaign": Offer(referrals=(Referral(FRIEND),), limits=(Limit("redeemReferral", 2),)),
    "free items": Offer(extras=("addFreeItemEffect",), limits=(Limit("addFreeItemEffect", 9),)),
    "free items in part": Offer(
        extras=("addFreeItemEffect",), limits=(Limit("addFreeItemEffect", 9),), is_partial=True
    ),
    "free items of a customer": Offer(
        extras=("addFreeItemEffect",), limits=(Limit("addFreeItemEffect", 4, ("Profile",)),)
    ),
    "custom effects": Offer(extras=("customEffect",), limits=(Limit("customEffect", 4),)),
    "webhooks": Offer(extras=("callApi",), limits=(Limit("callApi", 4),)),
    "webhooks evaluated again": Offer(extras=("callApi",), limits=(Limit("callApi", 3),), reevaluates=True),
    "points evaluated again": Offer(extras=("points",), limits=(Limit("setDiscount", 12),), reevaluates=True),
    "all that rules give": Offer(
        extras=("callApi", "customEffect", "addFreeItemEffect"),
        limits=(Limit("callApi", 5), Limit("customEffect", 4, ("Store",)), Limit("addFreeItemEffect", 10)),
        stores=("north", "south"),
    ),
    "everything": Offer(
        codes=(Code(CODE, usage_limit=5, gift=11), Code(OTHER, per_profile=1)),
        stores=("north", "south"),
        store_budget=10,
        limits=(
            Limit("redeemCoupon", 3, ("Profile",)),
            Limit("redeemCoupon", 7),
            Limit("setDiscount", 15),
            Limit("setDiscountEffect", 4, ("Identifier",)),
        ),
        is_partial=True,
    ),
}
_DAYS = (1, 2)
#: Sessions that a client goes through at most.
_LIVES = 3


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who all want from the same limit."""
    offer = KINDS[kind]
    # Because: sessions of one customer close one after the other, which would hide races for all other limits.
    customers = [
        f"{name}-{number}" for number in range(max(2, clients // 3) if is_personal(offer) else 4 * clients)
    ]
    scripts = [_client(offer, Random(chance.random()), f"s{number}", customers) for number in range(clients)]
    sessions = [_name(f"s{number}", life) for number in range(clients) for life in range(_LIVES)]
    counts = count_all(offer, customers[:clients]) + count_sent(offer, sessions=sessions)
    return Battle(offer=offer, scripts=scripts, counts=counts)


def _client(offer: Offer, chance: Random, session: str, customers: list[str]) -> Script:
    """A client through several sessions."""
    if offer.reserves and chance.random() < 0.2:
        # The shop's own reservations may pass the limit, and the rules then add none.
        yield Reserve(code=CODE, profiles=tuple(chance.sample(customers, 1)))
    for life in range(chance.randint(1, _LIVES)):
        yield from _life(offer, chance, _name(session, life), customers)


def _name(session: str, life: int) -> str:
    return f"{session}-{life}"


def _life(offer: Offer, chance: Random, session: str, customers: list[str]) -> Script:
    """One session: perhaps opened first, closed, and perhaps undone in one way or another."""
    brought = cart(offer, chance, customers)
    if chance.random() < 0.5:
        yield Update(session=session, day=chance.choice(_DAYS), **brought)
        brought = {}
    yield Update(session=session, state="closed", day=chance.choice(_DAYS), **brought)
    yield from _undone(chance, session)


def _undone(chance: Random, session: str) -> Script:
    """Nothing, cancelled, reopened and closed again, or returned in part and perhaps cancelled then."""
    after: list[Operation] = chance.choice(
        [
            [],
            [Update(session=session, state="cancelled")],
            [Reopen(session=session), Update(session=session, state="closed", day=chance.choice(_DAYS))],
            [Return(session=session, units=chance.randint(1, 2), again=True)],
            [Return(session=session, units=1, again=True), Return(session=session, units=1)],
            [Return(session=session, units=1), Update(session=session, state="cancelled", day=2)],
        ]
    )
    return plain(after)
