"""The tiers of a program, in order (behaviour/loyalty 6)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec


class Tier(msgspec.Struct, frozen=True):
    """A tier, and the points from which on it is reached."""

    id: int
    name: str
    min_points: Decimal


class Ladder:
    """The tiers of a program, no two with equal thresholds. All ledgers of the program have the same."""

    __slots__ = ("tiers",)

    def __init__(self, tiers: Iterable[Tier]) -> None:
        self.tiers = sorted(tiers, key=lambda tier: tier.min_points)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ladder) and self.tiers == other.tiers

    def __hash__(self) -> int:
        return hash(tuple(self.tiers))

    def find(self, tier_id: int | None) -> Tier | None:
        """Return the tier of an id; None when there is none any more."""
        return next((tier for tier in self.tiers if tier.id == tier_id), None)

    def reached(self, points: Decimal) -> Tier | None:
        """Return the highest tier that so many points reach."""
        return next((tier for tier in reversed(self.tiers) if tier.min_points <= points), None)

    def above(self, tier: Tier | None) -> Tier | None:
        """Return the next higher tier; the lowest for a ledger without one."""
        return next((each for each in self.tiers if tier is None or each.min_points > tier.min_points), None)

    def below(self, tier: Tier) -> Tier | None:
        """Return the next lower tier."""
        return next((each for each in reversed(self.tiers) if each.min_points < tier.min_points), None)
