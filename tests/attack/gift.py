"""One evaluation of a rule in the sequential model: what it takes from counters, and what came of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import msgspec

from tests.attack.linearize import World
from tests.attack.meters import Asker, Bound, Meter, bounds, used
from tests.attack.offer import Code, Offer


class Discount(NamedTuple):
    """A discount, for one code or without, on one unit or on the session: what was wanted and what was given."""

    code: str | None
    unit: int | None
    wanted: int
    amount: int


class Take(msgspec.Struct, frozen=True, cache_hash=True):
    """Something taken from a counter for an effect, which ``of`` tells from all others of its session."""

    meter: Meter
    amount: int
    of: Hashable
    is_final: bool = False
    at_once: bool = False

    @property
    def unit(self) -> int | None:
        """The unit with which it goes back when that is returned."""
        return self.of.unit if isinstance(self.of, Discount) else None


def reservation(code: str) -> Hashable:
    """What tells the reservation of a code from other effects of a session."""
    return "reserved", code


def move(world: World, take: Take, sign: int) -> None:
    """Let a counter have what was taken, or take it back."""
    name = ("used", *take.meter)
    world[name] = world.get(name, 0) + sign * take.amount


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """What an evaluation comes to; ``extras`` are effects beside codes and discounts, by action and number."""

    accepted: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    discounts: tuple[Discount, ...] = ()
    takes: tuple[Take, ...] = ()
    reserved: tuple[tuple[str, bool], ...] = ()
    creates: bool = False
    extras: tuple[tuple[str, int], ...] = ()

    @property
    def discount(self) -> int:
        """All of it."""
        return total(self.discounts)

    def number(self, action: str) -> int:
        """How many effects of an action there are beside the discount."""
        return dict(self.extras).get(action, 0)


def total(discounts: Iterable[Discount]) -> int:
    """What discounts come to."""
    return sum(discount.amount for discount in discounts)


class Spent(Exception):
    """A budget does not allow an effect."""


class Run:
    """One evaluation of a rule, for one code or for none; what it took before it failed is forgotten."""

    def __init__(self, world: World, offer: Offer, asker: Asker, before: tuple[Take, ...] = ()) -> None:
        self.world, self.offer, self.asker, self.before = world, offer, asker, before
        self.takes: list[Take] = []
        self.discounts: list[Discount] = []

    def left(self, bound: Bound) -> int:
        """What is left of a counter now."""
        if bound.meter is None:
            return 0
        taken = sum(take.amount for take in (*self.before, *self.takes) if take.meter == bound.meter)
        return max(bound.most - used(self.world, bound.meter) - taken, 0)

    def bounds(self, action: str, code: Code | None) -> list[Bound]:
        """The limited counters of an action."""
        return bounds(self.world, self.offer, action, self.asker, code)

    def take(self, action: str, code: Code | None, amount: int = 1, *, of: Hashable, **how: bool) -> None:
        """Take from every counter of an action, for an effect.

        Raises:
            Spent: one of them has less.
        """
        for bound in self.bounds(action, code):
            if bound.meter is None or (amount and self.left(bound) < amount):
                raise Spent
            self.takes.append(Take(bound.meter, amount, of, **how))

    def discount(self, code: Code | None, wanted: int, unit: int | None) -> None:
        """Give a discount as far as budgets and gift card allow.

        Raises:
            Spent: they do not.
        """
        left = [self.left(bound) for bound in self.bounds("setDiscount", code)]
        if code is not None and code.gift is not None:
            taken = sum(take.amount for take in self.takes if take.meter == ("gift", code.value))
            left.append(max(code.gift - used(self.world, ("gift", code.value)) - taken, 0))
        granted = wanted
        if left and wanted > min(left):
            if not (self.offer.is_partial and min(left) > 0):
                if self.offer.is_partial and self.discounts:
                    return
                raise Spent
            granted = min(left)
        given = Discount(None if code is None else code.value, unit, wanted, granted)
        self.take("setDiscountEffect", code, of=given)
        self.take("setDiscount", code, granted, of=given)
        if code is not None:
            self.takes.append(Take(("gift", code.value), granted, given))
        self.discounts.append(given)
