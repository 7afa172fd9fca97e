"""Times around changes of the clock: whatever a rule asks, it is about instants, in every zone (behaviour/language 10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tercel.base.numbers import use_engine_context
from tercel.language.compiler.compiler import compile_expression
from tercel.language.reader import read
from tercel.language.running.run import Run
from tercel.language.running.scope import Scope

_EFFORT = settings(max_examples=150, deadline=None)

#: Zones with the hours (UTC) at which their clocks changed: by one hour in the night and at midnight, by half an hour,
#: over a whole day, and never.
_CHANGES = {
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "America/Sao_Paulo": ["2018-02-18T02:00", "2018-11-04T03:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "Pacific/Apia": ["2011-12-30T10:00"],
    "UTC": ["2026-07-01T00:00"],
}
_INSTANTS = {
    zone: [datetime.fromisoformat(change).replace(tzinfo=UTC) for change in changes]
    for zone, changes in _CHANGES.items()
}
_minutes = st.integers(-36 * 60, 36 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def _times(draw: st.DrawFn) -> tuple[str, datetime]:
    zone = draw(st.sampled_from(sorted(_INSTANTS)))
    return zone, draw(st.sampled_from(_INSTANTS[zone])) + draw(_minutes)


_TWICE = ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def _value(expression: Any, zone: str = "UTC") -> Any:
    """The value in an application of a zone."""
    use_engine_context()
    run = Run(now=datetime(2026, 7, 1, tzinfo=UTC), zone=ZoneInfo(zone))
    return compile_expression(read(expression), Scope())(run)


def _text(time: datetime) -> str:
    return time.isoformat()


def _instant(time: datetime) -> datetime:
    return time.astimezone(UTC)


def _both(zone: str, time: datetime, ask: Any) -> list[Any]:
    """What a question gives for a time that keeps the zone, and in an application of the zone."""
    return [_value(ask(["inTimezone", _text(time), zone])), _value(ask(["parseTime", _text(time)]), zone)]


@_EFFORT
@given(_times())
@example(_TWICE)
def test_a_time_keeps_its_instant_in_another_zone(given_: tuple[str, datetime]) -> None:
    zone, time = given_
    moved, text = ["inTimezone", _text(time), zone], _text(time)
    assert _instant(_value(moved)) == time
    assert _value(["and", ["=", moved, text], ["=", text, moved], ["oneOf", moved, ["list", text]]]) is True
    assert _value(["daysBetween", moved, text]) == 0
    assert _value(["inTimezone", ["inTimezone", moved, "Asia/Tokyo"], zone]).isoformat() == _text(
        time.astimezone(ZoneInfo(zone))
    )


@_EFFORT
@given(_times(), _minutes)
@example(_TWICE, timedelta(minutes=-60))
def test_times_compare_by_their_instants(given_: tuple[str, datetime], apart: timedelta) -> None:
    zone, time = given_
    first, second = ["inTimezone", _text(time), zone], ["inTimezone", _text(time + apart), zone]
    assert _value(["before", first, second]) is (apart > timedelta())
    assert _value(["after", first, second]) is (apart < timedelta())
    assert _value(["<=", first, second]) is (apart >= timedelta())
    assert _value(["=", first, second]) is (apart == timedelta())
    assert _value(["within", second, first, first, True, True]) is (apart == timedelta())
    days = Decimal(apart // timedelta(minutes=1)) / 1440
    assert abs(_value(["daysBetween", first, second]) - days) < Decimal("1e-20")
    assert len(_value(["distinct", ["list", first, second]])) == (1 if apart == timedelta() else 2)


@_EFFORT
@given(_times())
@example(_TWICE)
def test_readings_are_those_of_the_clock(given_: tuple[str, datetime]) -> None:
    zone, time = given_
    clock = time.astimezone(ZoneInfo(zone))
    written = clock.isoformat().replace("+00:00", "Z")
    for name, wanted in {
        "hour": clock.hour,
        "minute": clock.minute,
        "weekday": clock.isoweekday() % 7,
        "monthDay": clock.day,
        "date": clock.date().isoformat(),
        "formatTime": written,
    }.items():
        assert _both(zone, time, lambda asked, name=name: [name, asked]) == [wanted, wanted], name
    layout = "YYYY-MM-DD HH:mm ZZ"
    read_again = _both(zone, time, lambda asked: ["parseTime", ["formatTime", asked, layout], layout])
    assert [_instant(each) for each in read_again] == [time, time]


@_EFFORT
@given(_times(), st.integers(-3000, 3000), st.sampled_from(["minutes", "hours"]))
@example(_TWICE, 1, "minutes")
def test_hours_and_minutes_move_the_instant(given_: tuple[str, datetime], amount: int, unit: str) -> None:
    zone, time = given_
    amount = amount if unit == "minutes" else amount // 60
    wanted = time + timedelta(**{unit: amount})
    for moved in _both(zone, time, lambda asked: ["addDuration", asked, amount, unit]):
        assert _instant(moved) == wanted
    for moved in _both(zone, time, lambda asked: ["subDuration", asked, amount, unit]):
        assert _instant(moved) == time - (wanted - time)


@_EFFORT
@given(_times(), st.sampled_from(["days", "weeks", "months", "years"]))
@example(_TWICE, "days")
def test_a_move_by_nothing_moves_nothing(given_: tuple[str, datetime], unit: str) -> None:
    zone, time = given_
    for moved in _both(zone, time, lambda asked: ["addDuration", asked, 0, unit]):
        assert _instant(moved) == time


@_EFFORT
@given(_times(), st.integers(-2, 2))
@example(("Europe/Berlin", datetime(2026, 3, 28, 1, 30, tzinfo=UTC)), 1)
def test_days_keep_the_reading_where_there_is_one(given_: tuple[str, datetime], days: int) -> None:
    zone, time = given_
    clock = time.astimezone(ZoneInfo(zone))
    wanted = clock.replace(tzinfo=None) + timedelta(days=days)
    moves = _both(zone, time, lambda asked: ["addDuration", asked, days, "days"])
    assert _instant(moves[0]) == _instant(moves[1])
    reading = moves[0].replace(tzinfo=None)
    # A reading that the clock jumped over becomes a later one.
    is_skipped = (
        wanted.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        != wanted
    )
    assert reading > wanted if is_skipped else reading == wanted


@_EFFORT
@given(_times())
@example(_TWICE)
def test_a_day_holds_its_times(given_: tuple[str, datetime]) -> None:
    zone, time = given_
    starts = _both(zone, time, lambda asked: ["startOfDay", asked])
    ends = _both(zone, time, lambda asked: ["endOfDay", asked])
    assert _instant(starts[0]) == _instant(starts[1])
    assert _instant(ends[0]) == _instant(ends[1])
    assert _instant(starts[0]) <= time < _instant(ends[0]) + timedelta(seconds=1)
    day = time.astimezone(ZoneInfo(zone)).date()
    assert starts[0].date() == ends[0].date() == day
    before = _instant(starts[0]) - timedelta(seconds=1)
    assert before.astimezone(ZoneInfo(zone)).date() != day


@_EFFORT
@given(_times(), st.sampled_from(["90m", "2h", "0D", "1D", "1D_D", "0D_U", "1W_U"]))
@example(_TWICE, "0D")
def test_a_period_ends_alike_for_both_kinds_of_time(given_: tuple[str, datetime], period: str) -> None:
    zone, time = given_
    own, of_application = _both(zone, time, lambda asked: ["addPeriod", asked, period])
    assert _instant(own) == _instant(of_application)
    assert own.isoformat() == own.astimezone(UTC).astimezone(ZoneInfo(zone)).isoformat()
