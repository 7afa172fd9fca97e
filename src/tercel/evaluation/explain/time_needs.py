"""Needs of time: when a condition on the time will be true, found by evaluating it at the candidate times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime, time, timedelta

from tercel.evaluation.explain.site import Site
from tercel.evaluation.explanation import Need
from tercel.language.errors import TalangError
from tercel.language.printer import sentence
from tercel.language.tree import Call, Literal, Node
from tercel.language.values.times import parse_rfc3339

_DAYS_AHEAD = 8
_CANDIDATES_MAX = 250
_TICK = timedelta(microseconds=1)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def time_need(site: Site, node: Node) -> Need | None:
    """Return the next time at which a failing condition is true, all else being equal, while the campaign runs.

    None when no such time is found.
    """
    parts = list(site.everything_in(node))
    if not any(_is_now(site, part) for part in parts):
        return None
    now = site.run.now
    end = site.desk.campaign.facts.end_time
    candidates = sorted({at for at in _candidates(site, parts) if at > now and (end is None or at < end)})
    for at in candidates[:_CANDIDATES_MAX]:
        if site.holds_at(node, at):
            return until(site, at, sentence(node))
    return None


def until(site: Site, at: datetime, why: str) -> Need:
    """Return the need to wait for a time."""
    try:
        local = at.astimezone(site.run.zone)
    except OverflowError:
        local = at  # the zone's reading lies beyond the calendar
    return Need(kind="time", sentence=f"from {local:%A, %d %B %Y %H:%M}: {why}", at=at)


def _is_now(site: Site, node: Node) -> bool:
    return site.is_global(node, "Now") or (isinstance(node, Call) and node.name == "now")


def _candidates(site: Site, parts: list[Node]) -> Iterator[datetime]:
    """Yield the times that the condition names, and the starts of the coming days and hours."""
    clocks = {time()}
    for part in parts:
        match part:
            case Literal(value=str() as text) if match := _CLOCK.fullmatch(text):
                clocks.add(time(int(match[1]), int(match[2])))
            case Call(name="hour"):
                clocks.update(map(time, range(24)))
        yield from _instants(site, part)
    if site.run.now.year >= MAXYEAR:
        return
    today = site.run.now.astimezone(site.run.zone).date()
    for days in range(_DAYS_AHEAD):
        for clock in clocks:
            yield datetime.combine(today + timedelta(days), clock, site.run.zone).astimezone(UTC)


def _instants(site: Site, part: Node) -> Iterator[datetime]:
    """Return the time that an expression stands for, and the moment after it."""
    try:
        value = site.value(part)
        value = parse_rfc3339(value) if isinstance(value, str) else value
    except TalangError:
        return
    # Because: at the ends of the calendar there is no moment after, and no reading in UTC.
    if isinstance(value, datetime) and MINYEAR < value.year < MAXYEAR:
        plain = datetime.combine(value.date(), value.timetz()).astimezone(UTC)
        yield plain
        yield plain + _TICK
