"""Facts about loyalty programs: whose ledgers an evaluation sees, and what is on them (behaviour/loyalty 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tercel.evaluation.snapshot import LoyaltyBalanceFacts, LoyaltyProgramFacts
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileRow
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.request.merge import document
from tercel.ledger.points.aggregate import HOLDER_KEYS, POINTS, since
from tercel.ledger.points.rows import Holder, LedgerRow
from tercel.ledger.points.standing import joined_at, standing_at, time_of
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.points.program import JoinPolicy, Program
from tercel.points.tiers.terms import Dates


class Customers:
    """Customers of a draft, as far as the ends of their tiers need them."""

    __slots__ = ("_draft",)

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def attribute_of(self, holder: Holder, program: Program) -> datetime | None:
        """Return the value of the attribute that ends tiers in the program; None for cards, and where it is no time."""
        name = program.tier_attribute
        if name is None or program.is_card_based:
            return None
        profiles = self._draft.loaded[PROFILES]
        key = profiles.keys.get(holder.holder_id)
        return None if key is None else time_of(document(profiles.by_key[key].attributes).get(name))


def need_ledgers(
    profiles: Iterable[ProfileRow | None], needs: Needs, configuration: Configuration, now: datetime
) -> None:
    """Need the ledgers of profiles in the programs that the application uses."""
    known = [profile.id for profile in profiles if profile is not None and profile.id]
    for program in configuration.connected_programs:
        if not program.is_card_based:
            needs[HOLDER_KEYS].update((program.id, profile_id, since(now)) for profile_id in known)


def loyalty_facts(
    profile: ProfileRow | None, draft: Draft, configuration: Configuration, now: datetime
) -> Mapping[str, LoyaltyProgramFacts]:
    """Return the programs that the application uses, by API name, as the profile sees them."""
    return {
        program.name: _program_facts(program, profile, draft, now)
        for program in configuration.connected_programs
    }


def ledgers_of(program: Program, profile: ProfileRow | None, draft: Draft) -> Mapping[str, LedgerRow]:
    """Return the ledgers that a profile has in a program, by subledger, as the command leaves them."""
    if profile is None or program.is_card_based:
        return {}
    holder = Holder(program.id, profile.id)
    loaded = draft.loaded[POINTS].get(holder, {})
    changes = draft.changes.get(POINTS)
    if changes is None:
        return loaded
    return loaded | {key.subledger: row for key, row in changes.ledgers.items() if key.holder == holder}


def _program_facts(
    program: Program, profile: ProfileRow | None, draft: Draft, now: datetime
) -> LoyaltyProgramFacts:
    ledgers = ledgers_of(program, profile, draft)
    joined = joined_at(program, ledgers, now)
    dates = dates_of(program, profile, draft, joined)
    return LoyaltyProgramFacts(
        program=program,
        is_member=bool(ledgers) if program.join_policy is JoinPolicy.NOT_JOIN else joined is not None,
        joined=joined,
        dates=dates,
        subledgers={name: balance_facts(program, row, dates, now) for name, row in ledgers.items()},
    )


def dates_of(program: Program, profile: ProfileRow | None, draft: Draft, joined: datetime | None) -> Dates:
    """Return what a profile brings to the ends of its tiers."""
    if profile is None:
        return Dates(joined=joined)
    return Dates(
        joined=joined, attribute=Customers(draft).attribute_of(Holder(program.id, profile.id), program)
    )


def balance_facts(program: Program, row: LedgerRow, dates: Dates, now: datetime) -> LoyaltyBalanceFacts:
    """Return what is on a ledger."""
    balances = row.points.balances(now)
    standing = standing_at(program, row, dates, now)
    return LoyaltyBalanceFacts(
        current=balances.active,
        pending=balances.pending,
        negative=balances.negative,
        tier=None if standing.tier is None else standing.tier.name,
        tier_expires_at=standing.expires_at,
        standing=standing,
        lots=row.points.lots,
    )
