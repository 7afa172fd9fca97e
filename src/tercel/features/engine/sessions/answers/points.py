"""The loyalty programs of a customer, as answers show them (behaviour/sessions 16; behaviour/loyalty 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tercel.evaluation.outcome import Outcome
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileRow
from tercel.features.customers.profiles.model import LoyaltyMembership
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.facts.points import dates_of, ledgers_of
from tercel.features.engine.sessions.writing.points import book_points
from tercel.features.loyalty.points.shown import LedgerInfo, Loyalty, LoyaltyProgramLedgers, ledger_info
from tercel.ledger.events import EventRow
from tercel.ledger.points.aggregate import POINTS
from tercel.ledger.points.rows import LedgerRow
from tercel.ledger.points.standing import joined_at, standing_at
from tercel.pipeline.draft import Draft
from tercel.points.lots import Balances
from tercel.points.program import JoinPolicy, Program
from tercel.points.tiers.replay import NO_TIER
from tercel.points.tiers.terms import Dates


def loyalty_of(
    profile: ProfileRow | None, outcome: Outcome, event: EventRow, draft: Draft, configuration: Configuration
) -> Loyalty:
    """Return the programs in which a customer has anything, or would have if the session closed now."""
    if profile is None:
        return Loyalty()
    ahead = _ahead(outcome, event, draft, configuration)
    found = {}
    for program in configuration.connected_programs:
        now = ledgers_of(program, profile, draft)
        later = ledgers_of(program, profile, ahead)
        if later:
            joined = joined_at(program, now, event.created)
            dates = dates_of(program, profile, draft, joined)
            ledgers = {
                name: _info(program, dates, now.get(name), row, event.created) for name, row in later.items()
            }
            found[str(program.id)] = LoyaltyProgramLedgers(
                id=program.id,
                title=program.title,
                name=program.name,
                join_date=None if joined is None else joined.astimezone(program.zone),
                ledger=ledgers.pop("", LedgerInfo()),
                sub_ledgers=ledgers,
            )
    return Loyalty(programs=found)


def _ahead(outcome: Outcome, event: EventRow, draft: Draft, configuration: Configuration) -> Draft:
    """Return a draft in which the points of the outcome are booked, be they only promised."""
    if POINTS in draft.changes:
        return draft
    ahead = Draft(draft.loaded)
    if PROFILES in draft.changes:
        ahead.changes[PROFILES] = draft.changes[PROFILES]
    book_points(outcome.effects, event, ahead, configuration)
    return ahead


def _info(
    program: Program, dates: Dates, now: LedgerRow | None, later: LedgerRow, moment: datetime
) -> LedgerInfo:
    balances = Balances() if now is None else now.points.balances(moment)
    standing = NO_TIER if now is None else standing_at(program, now, dates, moment)
    return ledger_info(program, standing, balances, later.points.balances(moment))


def memberships_of(
    profile: ProfileRow, draft: Draft, configuration: Configuration, now: datetime
) -> list[LoyaltyMembership] | None:
    """Return the programs that a customer is a member of; None in an application that uses none."""
    programs = list(configuration.connected_programs)
    if not programs:
        return None
    return [
        LoyaltyMembership(joined=joined, loyalty_program_id=program.id)
        for program in programs
        for joined in _membership(program, ledgers_of(program, profile, draft), now)
    ]


def _membership(program: Program, ledgers: Mapping[str, LedgerRow], now: datetime) -> list[datetime | None]:
    if not ledgers:
        return []
    joined = joined_at(program, ledgers, now)
    return [joined] if joined is not None or program.join_policy is JoinPolicy.NOT_JOIN else []
