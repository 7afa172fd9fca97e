"""The tier of a ledger at a moment (behaviour/loyalty 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tercel.language.errors import TimeError
from tercel.language.values.times import parse_rfc3339
from tercel.ledger.points.rows import LedgerRow
from tercel.points.joining import joined_by
from tercel.points.lots import Timeline
from tercel.points.program import Program
from tercel.points.tiers.replay import NO_TIER, Replay, Standing
from tercel.points.tiers.terms import Dates


def stored_standing(program: Program, row: LedgerRow) -> Standing:
    """Return the standing of a ledger as it was last written."""
    tier = program.tiers.ladder.find(row.tier_id)
    return NO_TIER if tier is None else Standing(tier, row.tier_since, row.tier_expires_at)


def replay(program: Program, row: LedgerRow, dates: Dates, since: datetime | None, now: datetime) -> Replay:
    """Replay what became of the tier of a ledger after a moment; the ledger is settled up to now."""
    found = Replay(program.tiers, dates, stored_standing(program, row))
    if since is not None and since <= now:
        found.follow(Timeline(row.points), since=since, until=now)
    return found


def standing_at(program: Program, row: LedgerRow, dates: Dates, now: datetime) -> Standing:
    """Return the standing of a ledger now, without changing anything."""
    settled = row.copy()
    settled.points.settle(now)
    return replay(program, settled, dates, row.points.settled_at, now).standing


def joined_at(program: Program, ledgers: Mapping[str, LedgerRow], now: datetime) -> datetime | None:
    """Return when a holder joined a program, also when that was not written yet; None for those who have not."""
    main = ledgers.get("")
    if main is not None and main.joined is not None:
        return main.joined
    found = (joined_by(program.join_policy, row.points, now) for row in ledgers.values())
    return min((moment for moment in found if moment is not None), default=None)


def time_of(value: object) -> datetime | None:
    """Return the instant that an attribute holds; None where it holds none."""
    try:
        return parse_rfc3339(value) if isinstance(value, str) else None
    except TimeError:
        return None
