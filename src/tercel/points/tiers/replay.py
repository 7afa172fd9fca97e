"""What became of the tier of a ledger since it was last looked at (behaviour/loyalty 6).

No clock is watched for the moment at which points start, points expire or a tier ends: it is found afterwards, and counts as what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from tercel.points.tiers.ladder import Ladder, Tier
from tercel.points.tiers.terms import Dates, DowngradePolicy, ExpirationPolicy, Terms, end_after

_TICK = timedelta(microseconds=1)


class ActivePoints(Protocol):
    """The active points of a ledger, as they were or will be if none are added or taken."""

    def active_at(self, moment: datetime, /) -> Decimal:
        """Return the points that are active at a moment; of an interval its start belongs to it and its end does not."""
        ...

    def moments(self, since: datetime, until: datetime, /) -> Sequence[datetime]:
        """Return, in order, every moment after one and up to another at which the active points may change."""
        ...


class Standing(msgspec.Struct, frozen=True):
    """The tier of a ledger, since when, and when it ends."""

    tier: Tier | None = None
    since: datetime | None = None
    expires_at: datetime | None = None


NO_TIER = Standing()


class Why(StrEnum):
    """What changed a tier: points that came or, with basic tiers, went; or its end."""

    POINTS = "points"
    END = "end"


class TierChange(msgspec.Struct, frozen=True, kw_only=True):
    """A tier that was followed by another at a moment."""

    old: Tier | None
    new: Tier | None
    at: datetime
    why: Why
    expires_at: datetime | None

    @property
    def is_upgrade(self) -> bool:
        """Tell whether the new tier is higher."""
        return self.new is not None and (self.old is None or self.new.min_points > self.old.min_points)


class Scheme(msgspec.Struct, frozen=True):
    """The ladder of a program, and its terms; None for basic tiers."""

    ladder: Ladder
    terms: Terms | None = None


class Replay:
    """The standing of a ledger, and the changes that led to it."""

    __slots__ = ("_dates", "_scheme", "changes", "standing")

    def __init__(self, scheme: Scheme, dates: Dates, standing: Standing) -> None:
        self._scheme = scheme
        self._dates = dates
        self.standing = standing
        self.changes: list[TierChange] = []

    def follow(self, points: ActivePoints, *, since: datetime, until: datetime) -> None:
        """Replay what happened after a moment, up to another that is not earlier."""
        terms, active = self._scheme.terms, points.active_at(since)
        if terms is None:
            self.weigh(active, since)
            for moment in points.moments(since, until):
                self.weigh(points.active_at(moment), moment)
            return
        self._set_end(terms, since)
        for moment in points.moments(since, until):
            self._pass_ends(terms, active, moment - _TICK)
            before, active = active, points.active_at(moment)
            self._pass_ends(terms, active, moment)
            if active > before:
                self.weigh(active, moment)
        self._pass_ends(terms, active, until)

    def weigh(self, active: Decimal, now: datetime) -> None:
        """Let the points that are active now decide: on basic tiers altogether, on advanced ones if they reach a higher tier.

        This is for points that are added or taken now. What happened before has been replayed up to now.
        """
        reached, tier = self._scheme.ladder.reached(active), self.standing.tier
        if self._scheme.terms is None:
            if reached != tier:
                self._change(reached, now, Why.POINTS, None)
        elif reached is not None and (tier is None or reached.min_points > tier.min_points):
            self._change(reached, now, Why.POINTS, self._end_of_higher(self._scheme.terms, now))

    def _set_end(self, terms: Terms, now: datetime) -> None:
        """Give the standing the end that it has by the attribute, or that it got none of when it began."""
        standing = self.standing
        if standing.tier is None:
            return
        if standing.expires_at is None or terms.expiration is ExpirationPolicy.CUSTOMER_ATTRIBUTE:
            end = end_after(terms, self._dates, standing.since or now, now)
            self.standing = msgspec.structs.replace(standing, expires_at=end)

    def _pass_ends(self, terms: Terms, active: Decimal, until: datetime) -> None:
        """Pass each end up to a moment, with points that stay the same until then."""
        while (
            (tier := self.standing.tier) is not None
            and (end := self.standing.expires_at) is not None
            and end <= until
        ):
            new = after_end(self._scheme.ladder, terms.downgrade, tier, active)
            if new == tier:
                # Because: with the same points it stays at every further end too. So each turn but the last one changes the tier, and
                # there are no more of them than tiers.
                later = end_after(terms, self._dates, self.standing.since or end, until)
                self.standing = msgspec.structs.replace(self.standing, expires_at=later)
            else:
                self._change(new, end, Why.END, end_after(terms, self._dates, end, end))

    def _end_of_higher(self, terms: Terms, now: datetime) -> datetime | None:
        """Return the end of a tier that is reached now: that of the running cycle, unless each tier has its own."""
        running = self.standing.expires_at
        if running is not None and terms.expiration is not ExpirationPolicy.TIER_START_DATE:
            return running
        return end_after(terms, self._dates, now, now)

    def _change(self, new: Tier | None, at: datetime, why: Why, expires_at: datetime | None) -> None:
        end = None if new is None else expires_at
        self.changes.append(TierChange(old=self.standing.tier, new=new, at=at, why=why, expires_at=end))
        self.standing = NO_TIER if new is None else Standing(new, at, end)


def after_end(ladder: Ladder, policy: DowngradePolicy, tier: Tier, active: Decimal) -> Tier | None:
    """Return the tier that follows one at its end, with so many active points; the same one when they are enough."""
    reached = ladder.reached(active)
    if reached is not None and reached.min_points >= tier.min_points:
        return reached
    return ladder.below(tier) if policy is DowngradePolicy.ONE_DOWN else reached
