"""When campaigns were last active is written at most once a minute (behaviour/campaigns 2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tercel.features.campaigns.campaigns.aggregate import PRECISION, ActivityChanges, ActivityMemory

_NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)


def _due(memory: ActivityMemory, active: dict[int, datetime]) -> dict[int, datetime]:
    changes = ActivityChanges(active)
    memory.spare(changes)
    return changes


def test_what_was_written_is_not_due_for_a_minute() -> None:
    memory = ActivityMemory()
    assert _due(memory, {1: _NOW, 2: _NOW}) == {1: _NOW, 2: _NOW}
    memory.note(ActivityChanges({1: _NOW}))
    soon, later = _NOW + PRECISION - timedelta(microseconds=1), _NOW + PRECISION
    assert _due(memory, {1: soon, 2: soon}) == {2: soon}
    assert _due(memory, {1: later}) == {1: later}


def test_what_was_not_written_stays_due() -> None:
    memory = ActivityMemory()
    _due(memory, {1: _NOW})
    assert _due(memory, {1: _NOW}) == {1: _NOW}


def test_a_clock_that_was_put_back_does_not_silence_a_campaign() -> None:
    memory = ActivityMemory()
    memory.note(ActivityChanges({1: _NOW}))
    earlier = _NOW - timedelta(days=1)
    assert _due(memory, {1: earlier}) == {1: earlier}
