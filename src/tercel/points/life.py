"""When points start and when they end (behaviour/loyalty 2)."""

from __future__ import annotations

from datetime import datetime, tzinfo

import msgspec

from tercel.base.durations import UNLIMITED, Duration, end_of, parse_start, parse_validity


class LifeError(ValueError):
    """Points that would end before they start."""


class Life(msgspec.Struct, frozen=True):
    """The dates of an addition. ``starts_at`` is None while it waits for an action, ``expires_at`` for points that stay; ``validity`` is
    how long waiting points will live once they start."""

    starts_at: datetime | None
    expires_at: datetime | None = None
    validity: str | None = None


def life_of(now: datetime, zone: tzinfo, *, start: datetime | str, end: datetime | str) -> Life:
    """Return the dates of points that are added now. ``start`` and ``end`` are instants, durations, or the words that stand for them.

    Raises:
        LifeError: the end is not after the start, or not after now.
        CalendarError: a text is no duration, or leads outside the calendar.
    """
    starts_at = start if isinstance(start, datetime) else _after(now, parse_start(start), zone)
    if isinstance(end, datetime):
        if end <= max(now, starts_at or now):
            raise LifeError("points must end after they start")
        return Life(starts_at, end)
    if starts_at is None:
        parse_validity(end)
        return Life(None, None, end)
    return Life(starts_at, _after(starts_at, parse_validity(end), zone))


def activated(now: datetime, zone: tzinfo, validity: str | None) -> Life:
    """Return the dates of waiting points that start now.

    Raises:
        CalendarError: their validity leads outside the calendar.
    """
    return Life(now, _after(now, parse_validity(validity or UNLIMITED), zone))


def _after(moment: datetime, duration: Duration | None, zone: tzinfo) -> datetime | None:
    return None if duration is None else end_of(moment, duration, zone)
