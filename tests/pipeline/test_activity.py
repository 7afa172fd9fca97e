"""When campaigns were last active is written at most once a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tercel.pipeline.activity import PRECISION, Activity

_NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)


def test_what_was_written_is_not_due_for_a_minute() -> None:
    activity = Activity()
    assert activity.due({1: _NOW, 2: _NOW}) == {1: _NOW, 2: _NOW}
    activity.note({1: _NOW})
    soon, later = _NOW + PRECISION - timedelta(microseconds=1), _NOW + PRECISION
    assert activity.due({1: soon, 2: soon}) == {2: soon}
    assert activity.due({1: later}) == {1: later}


def test_what_was_not_written_stays_due() -> None:
    activity = Activity()
    activity.due({1: _NOW})
    assert activity.due({1: _NOW}) == {1: _NOW}


def test_a_clock_that_was_put_back_does_not_silence_a_campaign() -> None:
    activity = Activity()
    activity.note({1: _NOW})
    earlier = _NOW - timedelta(days=1)
    assert activity.due({1: earlier}) == {1: earlier}
