"""What is read of counters in the sequential model."""

from __future__ import annotations

from tests.attack.linearize import World
from tests.attack.meters import code_named, most_of, most_of_store, used
from tests.attack.offer import Offer
from tests.attack.operations import (
    CountBudget,
    CountCode,
    CountProfile,
    CountReferral,
    CountSent,
    CountStore,
    Operation,
)


def counted(world: World, offer: Offer, operation: Operation) -> tuple[tuple[str, int], ...]:
    """What an operation reads of counters, by name."""
    match operation:
        case CountCode():
            code = code_named(world, offer, operation.code)
            found = {"uses": used(world, ("code", operation.code))}
            if code is not None and code.gift is not None:
                found["given"] = used(world, ("gift", operation.code))
            if code is not None and code.reservations:
                found["reserved"] = len(world.get(("reserved", operation.code), ()))
        case CountBudget():
            is_there = all(most_of(world, limit) is not None for limit in offer.limits)
            found = {"used": used(world, (operation.action,))} if is_there else {}
        case CountReferral():
            found = {"uses": used(world, ("referral", operation.code))}
        case CountStore():
            is_there = most_of_store(world, offer) is not None
            found = {"used": used(world, ("setDiscount", ("Store", operation.store)))} if is_there else {}
        case CountSent():
            found = {"sent": world.get(("sent", operation.name()), 0)}
        case CountProfile():
            found = _of_profile(world, offer, operation.profile)
        case _:
            raise AssertionError(operation)
    return tuple(sorted(found.items()))


def _of_profile(world: World, offer: Offer, profile: str) -> dict[str, int]:
    closed, sales = world.get(("profile", profile), (0, 0))
    found = {"closed": closed, "sales": sales}
    for limit in offer.limits:
        if limit.entities == ("Profile",) and not limit.period:
            is_there = most_of(world, limit) is not None
            found[limit.action] = used(world, (limit.action, ("Profile", profile))) if is_there else 0
    return found
