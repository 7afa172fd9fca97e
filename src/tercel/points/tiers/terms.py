"""How long advanced tiers last, and when they end (behaviour/loyalty 6)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from tercel.base.durations import Duration, end_of
from tercel.base.zoned import CalendarError


class ExpirationPolicy(StrEnum):
    """What the end of a tier is counted from."""

    TIER_START_DATE = "tier_start_date"
    PROGRAM_JOIN_DATE = "program_join_date"
    CUSTOMER_ATTRIBUTE = "customer_attribute"
    ABSOLUTE_EXPIRATION = "absolute_expiration"


class DowngradePolicy(StrEnum):
    """What becomes of a tier at its end, when there are too few points to stay."""

    ONE_DOWN = "one_down"
    BALANCE_BASED = "balance_based"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The policies of a program with advanced tiers. ``lasts`` is how long a tier lasts, or a cycle; the attribute's policy needs none."""

    expiration: ExpirationPolicy
    downgrade: DowngradePolicy
    zone: tzinfo
    lasts: Duration | None = None
    cycle_start: datetime | None = None


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """What the end of a tier may depend on that a holder brings: when it joined, and the value of the attribute that is the end."""

    joined: datetime | None = None
    attribute: datetime | None = None


def end_after(terms: Terms, dates: Dates, since: datetime, moment: datetime) -> datetime | None:
    """Return the first end, after a moment, of a tier that began at another; None when it has none."""
    match terms.expiration:
        case ExpirationPolicy.CUSTOMER_ATTRIBUTE:
            return dates.attribute if dates.attribute is not None and dates.attribute > moment else None
        case ExpirationPolicy.TIER_START_DATE:
            begin: datetime | None = since
        case ExpirationPolicy.PROGRAM_JOIN_DATE:
            begin = dates.joined
        case ExpirationPolicy.ABSOLUTE_EXPIRATION:
            begin = terms.cycle_start
    if begin is None or terms.lasts is None:
        return None
    return _end_of_cycle(begin, terms.lasts, terms.zone, moment)


_NEVER = datetime.max.replace(tzinfo=UTC)
_SHORTEST = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "D": timedelta(days=1),
    "W": timedelta(weeks=1),
    "M": timedelta(days=28),
    "Y": timedelta(days=365),
}
#: By how much rounding down and changes of the clock can shorten a number of cycles.
_SLACK = timedelta(days=3)


def _end_of_cycle(begin: datetime, lasts: Duration, zone: tzinfo, moment: datetime) -> datetime | None:
    """Return the first end after a moment of cycles that follow each other; None beyond the calendar.

    Cycles are counted from their common begin, so that the 31st stays the 31st after a shorter month. The wanted one is searched for, not
    walked to: there may be millions of them.
    """
    assert lasts.amount > 0, "a cycle has a length"

    def end(number: int) -> datetime:
        try:
            return end_of(begin, lasts._replace(amount=lasts.amount * number), zone)
        except CalendarError:
            return _NEVER

    most = max(moment - begin + _SLACK, _SLACK) // (_SHORTEST[lasts.unit] * lasts.amount) + 2
    numbers = range(1, most)
    place = bisect_right(numbers, moment, key=end)
    found = end(place + 1)
    return None if found == _NEVER else found
