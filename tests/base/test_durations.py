"""Durations: what is accepted, and when each is over in its zone (behaviour/loyalty 1, 2)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tercel.base.codec import decode_any
from tercel.base.durations import (
    NOTHING,
    Duration,
    DurationError,
    end_of,
    parse_cycle,
    parse_duration,
    parse_start,
    parse_validity,
)
from tercel.base.limits import DURATION_YEARS_MAX
from tercel.base.zoned import CalendarError


def _cases() -> Iterator[dict[str, Any]]:
    """The cases of the table, each in its own zone or that of the heading above it."""
    zone = "UTC"
    for case in decode_any((Path(__file__).parent / "cases" / "durations.json").read_bytes()):
        if "about" in case:
            zone = case.get("zone", "UTC")
        else:
            yield {"zone": zone, **case}


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: f"{case['from']} {case['duration']}")
def test_case(case: dict[str, Any]) -> None:
    moment, zone = datetime.fromisoformat(case["from"]), ZoneInfo(case["zone"])
    duration = parse_duration(case["duration"])
    if "fails" in case:
        with pytest.raises(CalendarError, match=case["fails"]):
            end_of(moment, duration, zone)
        return
    end = end_of(moment, duration, zone)
    assert end == datetime.fromisoformat(case["end"])
    assert end.tzinfo is UTC


_NONE = [
    "", "D", "5", "5 D", " 5D", "5D ", "5D\n", "-5D", "+5D", "1.5D", "5d", "5S", "5H", "5y", "5w", "1D_", "1D_d", "1D_u", "1D_DU",
    "1s_D", "1m_U", "1h_U", "1W_D", "1M_D", "1Y_D", "D5", "1D1h", "P1D", "\u0665D", "5D_U_U", "immediate", "on_action", "unlimited", "Immediate",
]  # fmt: skip


@pytest.mark.parametrize("text", _NONE)
def test_anything_else_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(
        DurationError, match="is no duration; write a whole number and one of the units `s`, `m`"
    ):
        parse_duration(text)


@pytest.mark.parametrize(
    ("parse", "text", "wanted"),
    [
        (parse_start, "immediate", NOTHING),
        (parse_start, "on_action", None),
        (parse_start, "5D_U", Duration(5, "D", "U")),
        (parse_validity, "unlimited", None),
        (parse_validity, "1M", Duration(1, "M")),
        (parse_validity, "0D_U", Duration(0, "D", "U")),
        (parse_cycle, "1Y_U", Duration(1, "Y", "U")),
    ],
)
def test_words_stand_where_they_mean_something(
    parse: Callable[[str], Duration | None], text: str, wanted: Duration | None
) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    ("parse", "text", "told"),
    [
        (parse_start, "unlimited", "write `immediate`, `on_action` or a whole number"),
        (parse_validity, "immediate", "write `unlimited` or a whole number"),
        (parse_validity, "on_action", "write `unlimited` or a whole number"),
        (parse_cycle, "unlimited", "write a whole number"),
        (parse_cycle, "0D", "write at least one unit"),
        (parse_cycle, "0Y_U", "write at least one unit"),
    ],
)
def test_words_elsewhere_are_refused(parse: Callable[[str], Duration | None], text: str, told: str) -> None:
    with pytest.raises(DurationError, match=told):
        parse(text)


@pytest.mark.parametrize(
    ("unit", "per_year"),
    [("s", 31_536_000), ("m", 525_600), ("h", 8_760), ("D", 365), ("W", 52), ("M", 12), ("Y", 1)],
)
def test_the_longest_of_each_unit(unit: str, per_year: int) -> None:
    longest = per_year * DURATION_YEARS_MAX
    assert parse_duration(f"000{longest}{unit}").amount == longest
    for amount in (longest + 1, longest * 10**30, f"9{'0' * 10_000}"):
        with pytest.raises(DurationError, match=f"too long; write at most {longest}{unit}"):
            parse_duration(f"{amount}{unit}")


_ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/Nuuk",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
]
_zones = st.sampled_from(_ZONES).map(ZoneInfo)
_moments = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_amounts = st.integers(0, 400)
_calendar_units = st.sampled_from("DWMY")
_APIA = datetime(2011, 12, 29, 22, tzinfo=UTC)
_NUUK = datetime(2024, 3, 30, 1, 30, tzinfo=UTC)


@given(_moments, _amounts, _calendar_units, _zones)
@example(_APIA, 1, "D", ZoneInfo("Pacific/Apia"))
@example(_NUUK, 1, "D", ZoneInfo("America/Nuuk"))
def test_rounding_up_is_never_earlier_and_down_never_later(
    moment: datetime, amount: int, unit: str, zone: ZoneInfo
) -> None:
    plain = end_of(moment, Duration(amount, unit), zone)
    up = end_of(moment, Duration(amount, unit, "U"), zone)
    assert plain < up + timedelta(seconds=1)
    clock = (up + timedelta(seconds=1)).astimezone(zone)
    assert (clock.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone).date() != clock.date()
    if unit == "D":
        down = end_of(moment, Duration(amount, unit, "D"), zone)
        assert down <= plain
        assert down.astimezone(zone).date() == plain.astimezone(zone).date()


@given(
    _moments,
    _amounts,
    _amounts,
    st.sampled_from(["s", "m", "h", "D", "W", "M", "Y", "D_D", "D_U", "W_U", "M_U", "Y_U"]),
    _zones,
)
def test_a_longer_duration_is_never_over_earlier(
    moment: datetime, first: int, second: int, unit: str, zone: ZoneInfo
) -> None:
    less, more = sorted((first, second))
    assert end_of(moment, parse_duration(f"{less}{unit}"), zone) <= end_of(
        moment, parse_duration(f"{more}{unit}"), zone
    )


@given(_moments, _moments, _amounts, st.sampled_from(["s", "h", "D", "W", "D_D", "D_U", "W_U", "M_U", "Y_U"]))
def test_what_begins_later_is_never_over_earlier(
    first: datetime, second: datetime, amount: int, unit: str
) -> None:
    """In a zone whose clock never changes; months without rounding forget the day that they do not have."""
    duration, zone = parse_duration(f"{amount}{unit}"), ZoneInfo("Asia/Tokyo")
    assert end_of(min(first, second), duration, zone) <= end_of(max(first, second), duration, zone)
