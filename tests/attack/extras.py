"""What the second rule of an offer gives beside the discount: the part of the sequential model that stands for it.

Written from the description of events, profile updates and effects (behaviour/effects 6, 7, 8; behaviour/budgets 4; behaviour/profiles 3; behaviour/events 5). All of it, or nothing.
"""

from __future__ import annotations

import msgspec

from tests.attack.gift import Gift, Run, Spent
from tests.attack.linearize import World
from tests.attack.meters import Asker
from tests.attack.offer import POINTS, Offer


def with_extras(world: World, offer: Offer, asker: Asker, units: int, gift: Gift) -> Gift:
    """The gift with the extras, on what it left of budgets."""
    if not offer.extras or not _holds(world, offer, asker):
        return gift
    run = Run(world, offer, asker, gift.takes)
    try:
        found = tuple((action, _give(run, action, units)) for action in offer.extras)
    except Spent:
        return gift
    return msgspec.structs.replace(gift, takes=gift.takes + tuple(run.takes), extras=found)


def deliver(world: World, gift: Gift, asker: Asker) -> None:
    """What happens whenever the rule passes, whether a session closes or not: a request is sent, an attribute raised."""
    if calls := gift.number("callApi"):
        sent = ("sent", asker.session or asker.event or asker.profile)
        world[sent] = world.get(sent, 0) + calls
    if gift.number("points"):
        points = dict(attributes(world, asker.profile)).get(POINTS, 0)
        set_attribute(world, asker.profile, POINTS, points + 1)


def attributes(world: World, profile: str | None) -> tuple[tuple[str, int], ...]:
    """The attributes of a customer."""
    found: tuple[tuple[str, int], ...] = world.get(("attributes", profile), ())
    return found


def set_attribute(world: World, profile: str | None, name: str, value: int) -> None:
    """Set one attribute of a customer; the others stay."""
    world["attributes", profile] = tuple(sorted({**dict(attributes(world, profile)), name: value}.items()))


def shown(gift: Gift) -> tuple[tuple[str, int], ...]:
    """Extras as an answer tells them; codes that were created are told by themselves."""
    told = [(action, number) for action, number in gift.extras if number and action != "createCoupon"]
    return tuple(sorted(told))


def _holds(world: World, offer: Offer, asker: Asker) -> bool:
    """The rule's condition."""
    if not world.get(("running",), True) or (offer.extras_for == "events" and not asker.event):
        return False
    return not offer.extras_once_bought or asker.closed > 0


def _give(run: Run, action: str, units: int) -> int:
    """How many effects of an action there are; free items come one for each unit of a session, as far as allowed."""
    wanted = 1
    if action == "points" and run.asker.profile is None:
        raise Spent
    if action == "addFreeItemEffect":
        if not run.asker.session:
            raise Spent
        wanted = units
        left = [run.left(bound) for bound in run.bounds(action, None)]
        if left and 0 < min(left) < wanted and run.offer.is_partial:
            wanted = min(left)
    for each in range(wanted):
        run.take(action, None, of=(action, each), is_final=action == "createCoupon")
    return wanted
