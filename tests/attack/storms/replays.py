"""The same idempotency key from several sides, and clients that hang up and ask again: everything happens once."""

from __future__ import annotations

from random import Random

from tests.attack.battle import Battle, Lost, Script, plain
from tests.attack.offer import Code, Limit, Offer
from tests.attack.operations import Operation, Reopen, Return, Update
from tests.attack.storms.counts import count_all

CODE = "CODE"
KINDS: dict[str, Offer] = {
    "same key": Offer(codes=(Code(CODE, usage_limit=3, gift=15),), is_partial=True),
    "hanging up": Offer(codes=(Code(CODE),), limits=(Limit("redeemCoupon", 4),), by_unit=True),
}


def battle(kind: str, chance: Random, clients: int, name: str) -> Battle:
    """Pairs of clients who send the same requests with the same keys, or who do not wait for their answers."""
    offer = KINDS[kind]
    customers = [f"{name}-{number}" for number in range(clients)]
    scripts: list[Script] = []
    for number in range(max(1, clients // 2)):
        asked = _life(chance, f"s{number}", chance.choice(customers))
        twins = (
            (plain(asked), plain(asked))
            if kind == "same key"
            else (_impatient(Random(chance.random()), asked),)
        )
        scripts += twins
    return Battle(offer=offer, scripts=scripts, counts=count_all(offer, customers))


def _life(chance: Random, session: str, customer: str) -> list[Operation]:
    """A session, with a key for each request."""
    cart = Update(session=session, units=chance.randint(2, 4), codes=(CODE,), profile=customer, key="open")
    close = Update(session=session, state="closed", key="close")
    ends: list[list[Operation]] = [
        [Update(session=session, state="cancelled", key="cancel")],
        [Reopen(session=session, key="reopen"), Update(session=session, state="closed", key="close again")],
        [Return(session=session, units=1, key="return"), Return(session=session, units=1, key="return more")],
    ]
    return [cart, close, *chance.choice(ends)]


def _impatient(chance: Random, operations: list[Operation]) -> Script:
    """Hang up now and then, and send the same again with the same key until an answer is waited for."""
    for operation in operations:
        while chance.random() < 0.5:
            yield Lost(operation)
        yield operation
