"""The campaign changes while sessions close: switched off and on, its limit moved, a limit given to a code that had none, a
code that expires.

Whoever changed something looks what is used: from the answer on nobody takes more than it allows.
"""

from __future__ import annotations

from random import Random

from tests.attack.battle import Battle, Script, plain
from tests.attack.offer import Code, Limit, Offer
from tests.attack.operations import EditCampaign, EditStores, ExpireCode, LimitCode, Operation, Update
from tests.attack.storms.counts import count_all

CODE = "CODE"
KINDS: dict[str, Offer] = {
    "campaign edited": Offer(codes=(Code(CODE),), limits=(Limit("redeemCoupon", 5),)),
    "money edited": Offer(limits=(Limit("setDiscount", 20),), is_partial=True),
    "budget comes and goes": Offer(limits=(Limit("setDiscount", 20),), is_partial=True),
    "budget of customers comes and goes": Offer(
        codes=(Code(CODE),), limits=(Limit("redeemCoupon", 2, ("Profile",)),), is_edited=True
    ),
    "budget of stores comes and goes": Offer(
        stores=("north", "south"), store_budget=12, is_partial=True, by_unit=True, is_edited=True
    ),
    "limit appears": Offer(codes=(Code(CODE),)),
    "limit moves": Offer(codes=(Code(CODE, usage_limit=3),)),
    "code expires": Offer(codes=(Code(CODE),)),
    "code with limits expires": Offer(codes=(Code(CODE, usage_limit=20, gift=60),)),
}


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Clients who buy, and one or two who edit."""
    offer = KINDS[kind]
    is_personal = offer.has_entity("Profile")
    customers = [f"{name}-{number}" for number in range(3 if is_personal else 4 * clients)]
    scripts = [_buyer(Random(chance.random()), offer, f"s{number}", customers) for number in range(clients)]
    scripts.append(_editor(Random(chance.random()), offer, kind))
    return Battle(offer=offer, scripts=scripts, counts=count_all(offer, customers[:2]))


def _buyer(chance: Random, offer: Offer, session: str, customers: list[str]) -> Script:
    codes = (CODE,) if offer.codes else None
    for number in range(4):
        name = f"{session}-{number}"
        yield Update(
            session=name,
            state="closed",
            units=chance.randint(1, 4),
            codes=codes,
            profile=chance.choice(customers),
            store=chance.choice(offer.stores) if offer.stores else None,
        )
        if chance.random() < 0.4:
            yield Update(session=name, state="cancelled")


def _editor(chance: Random, offer: Offer, kind: str) -> Script:
    for _ in range(6 if "goes" in kind else 4):
        edit: Operation = LimitCode(code=CODE, limit=chance.choice([0, 3, 6, 50]))
        if "expires" in kind:
            edit = ExpireCode(code=CODE, is_expired=chance.random() < 0.5)
        elif offer.stores:
            edit = EditStores(limit=chance.choice([None, None, 6, 20]))
        elif "goes" in kind:
            edit = EditCampaign(limit=chance.choice([None, None, 2, 8, 30]))
        elif offer.limits:
            edit = EditCampaign(is_running=chance.random() < 0.7, limit=chance.choice([2, 8, 30]))
        yield edit
        yield from plain(count_all(offer, ()))
