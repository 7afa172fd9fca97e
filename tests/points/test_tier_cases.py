"""Tiers, sentence by sentence: what changes, when and why, and what stands afterwards (behaviour/loyalty 3, 6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tercel.base.codec import decode_any
from tercel.base.durations import parse_cycle
from tercel.points.tiers.ladder import Ladder, Tier
from tercel.points.tiers.replay import NO_TIER, Replay, Scheme, Standing, TierChange
from tercel.points.tiers.terms import Dates, DowngradePolicy, ExpirationPolicy, Terms
from tests.points.course import Course, Span

CASES = decode_any((Path(__file__).parent / "cases" / "tiers.json").read_bytes())
_STANDING = re.compile(r"(?P<tier>\w+)( since (?P<since>\S+))?( until (?P<until>\S+))?")


def _moment(text: str | None) -> datetime | None:
    """A time, or midnight of a date."""
    return None if text is None else _sure(text)


def _sure(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(moment: datetime) -> str:
    return moment.isoformat().removesuffix("T00:00:00+00:00").replace("+00:00", "Z")


def _scheme(case: dict[str, Any]) -> Scheme:
    tiers = case.get("tiers", {"Silver": 100, "Gold": 300})
    ladder = Ladder(Tier(place, name, Decimal(least)) for place, (name, least) in enumerate(tiers.items()))
    if "terms" not in case:
        return Scheme(ladder)
    terms = case["terms"]
    return Scheme(
        ladder,
        Terms(
            expiration=ExpirationPolicy(terms["expiration"]),
            downgrade=DowngradePolicy(terms["downgrade"]),
            zone=ZoneInfo(terms.get("zone", "UTC")),
            lasts=parse_cycle(terms["lasts"]) if "lasts" in terms else None,
            cycle_start=_moment(terms.get("cycleStart")),
        ),
    )


def _standing(text: str, ladder: Ladder) -> Standing:
    match = _STANDING.fullmatch(text)
    assert match is not None
    if match["tier"] == "none":
        return NO_TIER
    tier = next(each for each in ladder.tiers if each.name == match["tier"])
    return Standing(tier, _moment(match["since"]), _moment(match["until"]))


def _told(change: TierChange) -> str:
    old, new = (tier.name if tier else "none" for tier in (change.old, change.new))
    until = f", until {_shown(change.expires_at)}" if change.expires_at else ""
    return f"{_shown(change.at)} {old} > {new}, {change.why}{until}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_case(case: dict[str, Any]) -> None:
    scheme = _scheme(case)
    dates = Dates(joined=_moment(case.get("joined")), attribute=_moment(case.get("attribute")))
    spans = [
        Span(Decimal(str(amount)), _sure(start), _moment(end[0]) if end else None)
        for amount, start, *end in case["points"]
    ]
    replay = Replay(scheme, dates, _standing(case.get("from", "none"), scheme.ladder))
    replay.follow(Course(spans), since=_sure("2026-01-01"), until=_sure(case.get("until", "2026-12-31")))
    assert [_told(change) for change in replay.changes] == case["changes"]
    assert replay.standing == _standing(case["standing"], scheme.ladder)
