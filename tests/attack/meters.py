"""Which counters a session's use of an action moves, as the sequential model sees them: names and bounds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from tests.attack.linearize import World
from tests.attack.offer import Code, Limit, Offer

Meter = tuple[Any, ...]
_ENDLESS = 10**9


class Bound(NamedTuple):
    """A counter and how far it may go; ``meter`` is None when the limit needs a customer and there is none."""

    meter: Meter | None
    most: int
    entities: tuple[str, ...]


class Asker(NamedTuple):
    """For whom rules and counters are asked: what a session carries, whether it made a code before, and what its customer
    had bought; or an event."""

    session: str = ""
    profile: str | None = None
    identifiers: tuple[str, ...] = ()
    store: str | None = None
    referral: str | None = None
    has_created: bool = False
    day: int = 1
    event: str = ""
    is_first: bool = True
    closed: int = 0
    sales: int = 0


def used(world: World, meter: Meter) -> int:
    """How far a counter is."""
    return int(world.get(("used", *meter), 0))


def bounds(world: World, offer: Offer, action: str, asker: Asker, code: Code | None) -> list[Bound]:
    """The limited counters that an action of this session takes from."""
    found: list[Bound] = []
    for limit in _limits(offer, action, code):
        most = most_of(world, limit)
        if "Profile" in limit.entities and asker.profile is None:
            found += [] if most is None else [Bound(None, most, limit.entities)]
            continue
        end = _ENDLESS if most is None else most
        found += [Bound(meter, end, limit.entities) for meter in _meters(limit, asker, code)]
    if action == "setDiscount" and offer.store_budget and asker.store:
        most = most_of_store(world, offer)
        end = _ENDLESS if most is None else most
        found.append(Bound(("setDiscount", ("Store", asker.store)), end, ("Store",)))
    return found


def most_of(world: World, limit: Limit) -> int | None:
    """The bound of a limit now; without one it counts on, for the day that it comes back."""
    most: int | None = world.get(("most",), limit.limit)
    return most


def most_of_store(world: World, offer: Offer) -> int | None:
    """The same of the budget of stores."""
    most: int | None = world.get(("most of a store",), offer.store_budget)
    return most


def code_named(world: World, offer: Offer, value: str) -> Code | None:
    """The coupon of a code, also one that was created meanwhile."""
    if value in world.get(("created",), ()):
        return Code(value, usage_limit=1)
    return next((code for code in offer.codes if code.value == value), None)


def usage_limit(world: World, code: Code) -> int:
    """How often a coupon may be used now; 0 means as often as one likes."""
    return int(world.get(("usage limit", code.value), code.usage_limit))


def _limits(offer: Offer, action: str, code: Code | None) -> Iterator[Limit]:
    own = code is not None and action == "redeemCoupon" and code.per_profile
    if own and code is not None:
        yield Limit(action, code.per_profile, ("Coupon", "Profile"))
    for limit in offer.limits:
        if limit.action == action and not (own and "Profile" in limit.entities):
            yield limit


def _meters(limit: Limit, asker: Asker, code: Code | None) -> Iterator[Meter]:
    """One counter per combination of values; none where an entity has no value."""
    period = ((limit.period, asker.day if limit.period == "daily" else 0),) if limit.period else ()
    named: dict[str, list[str | None]] = {
        "Profile": [asker.profile],
        "Session": [asker.session],
        "Store": [asker.store] if asker.store else [],
        "Identifier": [*dict.fromkeys(asker.identifiers)],
        "Coupon": [code.value] if code else [],
        "Referral": [asker.referral] if asker.referral else [],
    }
    for values in product(*([(entity, value) for value in named[entity]] for entity in limit.entities)):
        yield (limit.action, *values, *period)
