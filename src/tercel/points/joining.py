"""When points make their holder a member (behaviour/loyalty 7)."""

from __future__ import annotations

from datetime import datetime

from tercel.points.lots import Ledger
from tercel.points.program import JoinPolicy


def joined_by(policy: JoinPolicy, points: Ledger, now: datetime) -> datetime | None:
    """Return when the points of a ledger made its holder join; None when they did not, as far as they are known."""
    match policy:
        case JoinPolicy.POINTS_EARNED:
            return min((lot.awarded for lot in points.lots), default=None)
        case JoinPolicy.POINTS_ACTIVATED:
            started = (lot.starts_at for lot in points.lots if lot.starts_at is not None)
            return min((moment for moment in started if moment <= now), default=None)
    return None
