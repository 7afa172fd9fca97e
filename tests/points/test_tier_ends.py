"""Cycles follow each other, and the running one is found at once (behaviour/loyalty 6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from tercel.base.durations import Duration, end_of, parse_cycle
from tercel.points.tiers.terms import Dates, DowngradePolicy, ExpirationPolicy, Terms, end_after

#: A day and two hours before a day that was left out.
_APIA = datetime(2011, 12, 29, 22, tzinfo=UTC)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(days=-100), timedelta(days=9000)),
    st.integers(1, 40),
    st.sampled_from(["s", "m", "h", "D", "D_D", "D_U", "W", "W_U", "M", "M_U", "Y", "Y_U"]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"]).map(ZoneInfo),
)
@example(_APIA, timedelta(hours=143), 1, "D_D", ZoneInfo("Pacific/Apia"))
@example(datetime(1000, 1, 1, tzinfo=UTC), timedelta(days=2_500_000), 1, "Y", ZoneInfo("UTC"))
def test_the_end_of_a_cycle_is_the_first_one_later(
    begin: datetime, apart: timedelta, amount: int, unit: str, zone: ZoneInfo
) -> None:
    lasts = parse_cycle(f"{amount}{unit}")
    terms = Terms(
        expiration=ExpirationPolicy.TIER_START_DATE,
        downgrade=DowngradePolicy.ONE_DOWN,
        zone=zone,
        lasts=lasts,
    )
    moment = begin + apart
    found = end_after(terms, Dates(), begin, moment)
    assert found is not None
    assert found > moment
    nearly = int((found - begin) / (_LENGTHS[unit[0]] * amount))
    numbers = range(max(nearly - 13, 1), nearly + 14)
    number = next(each for each in numbers if end_of(begin, _times(lasts, each), zone) == found)
    assert number == 1 or end_of(begin, _times(lasts, number - 1), zone) <= moment


_LENGTHS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "D": timedelta(days=1),
    "W": 7 * timedelta(days=1),
    "M": timedelta(days=30.436875),
    "Y": timedelta(days=365.2425),
}


def _times(lasts: Duration, number: int) -> Duration:
    return lasts._replace(amount=lasts.amount * number)
