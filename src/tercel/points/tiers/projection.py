"""What is ahead of a tier: what becomes of it at its end, and what the next one takes (behaviour/loyalty 6)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tercel.base.numbers import ZERO
from tercel.points.tiers.ladder import Ladder, Tier
from tercel.points.tiers.replay import ActivePoints, Scheme, Standing, after_end


class Projection(msgspec.Struct, frozen=True):
    """The points that will be active at the end of a tier, the tier that they lead to, and what is missing to stay if that is a lower one."""

    active_points: Decimal
    tier: Tier | None
    stay_in_tier_points: Decimal | None = None


def project(scheme: Scheme, standing: Standing, points: ActivePoints) -> Projection | None:
    """Return what becomes of a tier at its end if no points are added or taken until then; None when it has no end."""
    tier, end = standing.tier, standing.expires_at
    if scheme.terms is None or tier is None or end is None:
        return None
    active = points.active_at(end)
    after = after_end(scheme.ladder, scheme.terms.downgrade, tier, active)
    if after is not None and after.min_points >= tier.min_points:
        return Projection(active, after)
    return Projection(active, after, tier.min_points - active)


class NextTier(msgspec.Struct, frozen=True):
    """The tier above, and the points that are missing to it."""

    name: str
    missing: Decimal


def next_tier(ladder: Ladder, tier: Tier | None, active: Decimal) -> NextTier | None:
    """Return what is missing to the tier above, which is the lowest for a ledger without one; None in the highest."""
    above = ladder.above(tier)
    return None if above is None else NextTier(above.name, max(above.min_points - active, ZERO))
