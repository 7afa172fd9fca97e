"""A ladder of three tiers, and random schemes, holders and points for it; everything happens at midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from tercel.base.durations import parse_cycle
from tercel.points.tiers.ladder import Ladder, Tier
from tercel.points.tiers.replay import NO_TIER, Replay, Scheme, Standing, TierChange
from tercel.points.tiers.terms import Dates, DowngradePolicy, ExpirationPolicy, Terms
from tests.points.course import Course, Span

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BRONZE, SILVER, GOLD = (
    Tier(number, name, Decimal(least))
    for number, (name, least) in enumerate([("Bronze", 10), ("Silver", 20), ("Gold", 30)])
)
LADDER = Ladder([GOLD, BRONZE, SILVER])
BASIC = Scheme(LADDER)


def day(number: int) -> datetime:
    return BEGIN + number * DAY


def advanced(
    expiration: ExpirationPolicy = ExpirationPolicy.TIER_START_DATE,
    downgrade: DowngradePolicy = DowngradePolicy.ONE_DOWN,
    lasts: str = "7D",
) -> Scheme:
    return Scheme(
        LADDER,
        Terms(
            expiration=expiration,
            downgrade=downgrade,
            zone=UTC,
            lasts=parse_cycle(lasts),
            cycle_start=day(-3),
        ),
    )


DAYS = st.integers(1, 40)
_expirations = st.sampled_from(list(ExpirationPolicy))
_policies = st.sampled_from(list(DowngradePolicy))
ADVANCED = st.builds(
    advanced, _expirations, _policies, st.sampled_from(["1D", "2D", "5D", "1W", "24h", "30D"])
)
SCHEMES = st.just(BASIC) | ADVANCED
DATES = st.builds(
    Dates,
    joined=st.none() | st.integers(-20, 40).map(day),
    attribute=st.none() | st.integers(-5, 45).map(day),
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(-10, 40))
    length = draw(st.none() | st.integers(1, 30))
    return Span(
        Decimal(draw(st.integers(1, 35))), day(start), None if length is None else day(start + length)
    )


COURSES = st.lists(spans(), max_size=8).map(Course)
STANDINGS = st.just(NO_TIER) | st.builds(
    Standing,
    st.sampled_from(LADDER.tiers),
    st.integers(-20, 0).map(day),
    st.none() | st.integers(1, 30).map(day),
)


def followed(
    scheme: Scheme, dates: Dates, standing: Standing, course: Course, *moments: datetime
) -> tuple[Standing, list[TierChange]]:
    """The standing at the last moment, where each of the others was looked at and kept."""
    changes = []
    for since, until in pairwise(moments):
        replay = Replay(scheme, dates, standing)
        replay.follow(course, since=since, until=until)
        standing = replay.standing
        changes += replay.changes
    return standing, changes


def rank(tier: Tier | None) -> Decimal:
    return tier.min_points if tier else Decimal(-1)
