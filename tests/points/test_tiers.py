"""What holds of tiers whatever the points: any cut, no fall before the end, and as much work as there are moments (behaviour/loyalty 6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercel.base.durations import Duration, end_of
from tercel.points.tiers import terms as ends
from tercel.points.tiers.ladder import Tier
from tercel.points.tiers.replay import NO_TIER, Replay, Scheme, Standing, Why
from tercel.points.tiers.terms import Dates, DowngradePolicy, ExpirationPolicy
from tests.points.course import Course, Span
from tests.points.tier_worlds import (
    ADVANCED,
    BASIC,
    BEGIN,
    BRONZE,
    COURSES,
    DATES,
    DAY,
    DAYS,
    GOLD,
    LADDER,
    SCHEMES,
    SILVER,
    STANDINGS,
    advanced,
    day,
    followed,
    rank,
    spans,
)


@given(SCHEMES, DATES, STANDINGS, COURSES, st.lists(DAYS, max_size=4))
def test_any_cut_of_the_time_gives_the_same(
    scheme: Scheme, dates: Dates, standing: Standing, course: Course, cuts: list[int]
) -> None:
    at_once = followed(scheme, dates, standing, course, BEGIN, day(41))
    in_parts = followed(scheme, dates, standing, course, BEGIN, *map(day, sorted(cuts)), day(41))
    assert in_parts == at_once


def _walked(scheme: Scheme, dates: Dates, standing: Standing, course: Course) -> Iterator[Standing]:
    """Walk through every day, as somebody who does not know that most of them are of no account."""
    terms = scheme.terms
    assert terms is not None

    def end(since: datetime, after: datetime) -> datetime | None:
        if terms.expiration is ExpirationPolicy.CUSTOMER_ATTRIBUTE:
            return dates.attribute if dates.attribute and dates.attribute > after else None
        begin = {
            ExpirationPolicy.TIER_START_DATE: since,
            ExpirationPolicy.PROGRAM_JOIN_DATE: dates.joined,
            ExpirationPolicy.ABSOLUTE_EXPIRATION: terms.cycle_start,
        }[terms.expiration]
        if begin is None:
            return None
        assert terms.lasts is not None
        amount, unit, _ = terms.lasts
        step = timedelta(**{{"h": "hours", "D": "days", "W": "weeks"}[unit]: amount})
        return next(found for number in count(1) if (found := begin + number * step) > after)

    tier, since, until = standing.tier, standing.since, standing.expires_at
    if tier and since and (until is None or terms.expiration is ExpirationPolicy.CUSTOMER_ATTRIBUTE):
        until = end(since, BEGIN)
    for now in map(day, range(1, 42)):
        active = course.active_at(now)
        reached = next((each for each in (GOLD, SILVER, BRONZE) if each.min_points <= active), None)
        if tier and until == now:
            if reached and reached.min_points >= tier.min_points:
                new: Tier | None = reached
            elif terms.downgrade is DowngradePolicy.BALANCE_BASED:
                new = reached
            else:
                new = {GOLD: SILVER, SILVER: BRONZE, BRONZE: None}[tier]
            if new != tier:
                tier, since = new, now
            until = end(since or now, now) if tier else None
        if (
            active > course.active_at(now - DAY)
            and reached
            and (not tier or reached.min_points > tier.min_points)
        ):
            keeps = tier and until and terms.expiration is not ExpirationPolicy.TIER_START_DATE
            tier, since, until = reached, now, until if keeps else end(now, now)
        yield Standing(tier, since, until) if tier else NO_TIER


@given(ADVANCED, DATES, STANDINGS, COURSES)
def test_it_is_as_if_every_day_had_been_looked_at(
    scheme: Scheme, dates: Dates, standing: Standing, course: Course
) -> None:
    for number, wanted in enumerate(_walked(scheme, dates, standing, course), 1):
        assert followed(scheme, dates, standing, course, BEGIN, day(number))[0] == wanted


@given(ADVANCED, DATES, STANDINGS, COURSES)
def test_an_advanced_tier_falls_at_its_end_alone(
    scheme: Scheme, dates: Dates, standing: Standing, course: Course
) -> None:
    _, changes = followed(scheme, dates, standing, course, BEGIN, day(41))
    tier = standing.tier
    for change in changes:
        assert change.old == tier
        assert change.new != tier
        tier = change.new
        if change.why is Why.POINTS:
            assert change.is_upgrade
        else:
            before, _ = followed(
                scheme, dates, standing, course, BEGIN, change.at - timedelta(microseconds=1)
            )
            assert before.expires_at == change.at


@given(COURSES, STANDINGS, DAYS)
def test_a_basic_tier_is_a_function_of_the_balance(course: Course, standing: Standing, number: int) -> None:
    now, changes = followed(BASIC, Dates(), standing, course, BEGIN, day(number))
    assert now.tier == LADDER.reached(course.active_at(day(number)))
    assert now.expires_at is None or not changes
    for change in changes:
        assert change.new == LADDER.reached(course.active_at(change.at))
        assert change.is_upgrade is (rank(change.new) > rank(change.old))


@given(
    SCHEMES.filter(lambda each: each.terms is None or each.terms.expiration != "tier_start_date"),
    DATES,
    COURSES,
    spans(),
)
def test_more_points_never_make_a_lower_tier(
    scheme: Scheme, dates: Dates, course: Course, more: Span
) -> None:
    """With ends that do not move: a tier that began earlier ends earlier, if it ends so long after it began."""
    richer = Course([*course.spans, more])
    for until in map(day, range(0, 42, 3)):
        less, _ = followed(scheme, dates, NO_TIER, course, day(-11), until)
        most, _ = followed(scheme, dates, NO_TIER, richer, day(-11), until)
        assert rank(most.tier) >= rank(less.tier)


@pytest.mark.parametrize("expiration", ["tier_start_date", "program_join_date", "absolute_expiration"])
def test_short_cycles_of_long_ago_are_not_walked_through(
    expiration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seventy years of seconds are more than two thousand million ends."""
    asked = count()

    def counted(begin: datetime, duration: Duration, zone: Any) -> datetime:
        next(asked)
        return end_of(begin, duration, zone)

    monkeypatch.setattr(ends, "end_of", counted)
    scheme = advanced(ExpirationPolicy(expiration), lasts="1s")
    course = Course(
        [
            Span(Decimal(10), BEGIN),
            *(Span(Decimal(20), day(100 * each), day(100 * each + 1)) for each in range(1, 100)),
        ]
    )
    standing, changes = followed(
        scheme, Dates(joined=BEGIN), Standing(BRONZE, BEGIN), course, BEGIN, day(70 * 365)
    )
    assert [change.new for change in changes] == [GOLD, SILVER, BRONZE] * 99
    assert standing.tier == BRONZE
    assert next(asked) < 99 * 10 * 40


def test_points_that_are_added_or_taken_decide_at_once() -> None:
    """Advanced tiers rise only; the tier of an import rises with whatever moves points next."""
    scheme = advanced()
    replay = Replay(scheme, Dates(), NO_TIER)
    for now, active in enumerate([5, 25, 0, 29, 31, 31]):
        replay.weigh(Decimal(active), day(now))
    assert replay.standing == Standing(GOLD, day(4), day(11))
    assert [(change.old, change.new, change.at) for change in replay.changes] == [
        (None, SILVER, day(1)),
        (SILVER, GOLD, day(4)),
    ]
    imported = Replay(scheme, Dates(), Standing(BRONZE, day(0), day(20)))
    imported.weigh(Decimal(30), day(1))
    assert imported.standing == Standing(GOLD, day(1), day(8))


def test_basic_tiers_follow_each_entry() -> None:
    replay = Replay(BASIC, Dates(), NO_TIER)
    for now, active in enumerate([5, 25, 29, 0, 31]):
        replay.weigh(Decimal(active), day(now))
    assert replay.standing == Standing(GOLD, day(4))
    assert [(change.new, change.at, change.is_upgrade) for change in replay.changes] == [
        (SILVER, day(1), True),
        (None, day(3), False),
        (GOLD, day(4), True),
    ]


def test_a_tier_is_found_by_its_id() -> None:
    assert LADDER.find(GOLD.id) == GOLD
    assert LADDER.find(99) is None
    assert LADDER.find(None) is None
