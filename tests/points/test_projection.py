"""What is ahead of a tier is what comes to pass (behaviour/loyalty 6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from tercel.points.tiers.ladder import Ladder, Tier
from tercel.points.tiers.projection import NextTier, Projection, next_tier, project
from tercel.points.tiers.replay import NO_TIER, Replay, Scheme, Standing, Why
from tercel.points.tiers.terms import Dates, DowngradePolicy
from tests.points.course import Course, Span
from tests.points.tier_worlds import (
    ADVANCED,
    BASIC,
    BEGIN,
    BRONZE,
    COURSES,
    DATES,
    GOLD,
    LADDER,
    SILVER,
    STANDINGS,
    advanced,
    day,
    rank,
)

_GOLD = Standing(GOLD, day(0), day(10))


@pytest.mark.parametrize(
    ("spans", "downgrade", "wanted"),
    [
        ([(30, 0, None)], "one_down", (30, GOLD, None)),
        ([(30, 0, 10)], "one_down", (0, SILVER, 30)),
        ([(30, 0, 10)], "balance_based", (0, None, 30)),
        ([(30, 0, 9), (12, 0, None)], "balance_based", (12, BRONZE, 18)),
        ([(12, 0, None), (18, 9, None)], "balance_based", (30, GOLD, None)),
        ([(12, 0, None), (18, 11, None)], "balance_based", (12, BRONZE, 18)),
        ([(12, 0, None), (18, 9, 10)], "balance_based", (12, BRONZE, 18)),
    ],
    ids=["stays", "expire at the end", "to none", "expire before", "wait until before", "wait longer", "come and go"],
)  # fmt: skip
def test_what_becomes_of_a_tier_at_its_end(
    spans: list[tuple[int, int, int | None]], downgrade: str, wanted: tuple[int, Tier | None, int | None]
) -> None:
    course = Course(
        [Span(Decimal(amount), day(start), None if end is None else day(end)) for amount, start, end in spans]
    )
    active, tier, missing = wanted
    scheme = advanced(downgrade=DowngradePolicy(downgrade))
    assert project(scheme, _GOLD, course) == Projection(
        Decimal(active), tier, None if missing is None else Decimal(missing)
    )


def test_nothing_is_ahead_of_what_has_no_end() -> None:
    course = Course([])
    assert project(BASIC, Standing(GOLD, day(0)), course) is None
    assert project(advanced(), Standing(GOLD, day(0)), course) is None
    assert project(advanced(), NO_TIER, course) is None


@given(ADVANCED, DATES, STANDINGS, COURSES)
def test_what_is_projected_comes_to_pass(
    scheme: Scheme, dates: Dates, standing: Standing, course: Course
) -> None:
    """Unless points come before the end: those may lead to another tier with another end."""
    replay = Replay(scheme, dates, standing)
    replay.follow(course, since=BEGIN, until=day(1))
    projection = project(scheme, replay.standing, course)
    end = replay.standing.expires_at
    if projection is None or end is None:
        assert scheme.terms is None or replay.standing.tier is None or end is None
        return
    tier = replay.standing.tier
    replay.follow(course, since=day(1), until=end)
    if all(change.why is Why.END for change in replay.changes):
        assert replay.standing.tier == projection.tier
        is_lower = rank(replay.standing.tier) < rank(tier)
        assert (projection.stay_in_tier_points is not None) is is_lower
    assert projection.active_points == course.active_at(end)


def test_what_is_missing_to_the_next_tier() -> None:
    """The lowest one without a tier, none in the highest; a tier that was imported may be lower than the points are worth."""
    assert next_tier(LADDER, None, Decimal("2.5")) == NextTier("Bronze", Decimal("7.5"))
    assert next_tier(LADDER, BRONZE, Decimal(12)) == NextTier("Silver", Decimal(8))
    assert next_tier(LADDER, GOLD, Decimal(12)) is None
    assert next_tier(LADDER, BRONZE, Decimal(25)) == NextTier("Silver", Decimal(0))
    assert next_tier(Ladder([]), None, Decimal(1)) is None
