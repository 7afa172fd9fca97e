"""Facts about loyalty programs: whose ledgers an evaluation sees, and what is on them (behaviour/loyalty 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tercel.evaluation.snapshot import LoyaltyBalanceFacts, LoyaltyProgramFacts
from tercel.features.customers.profiles.aggregate import ProfileRow
from tercel.features.engine.configuration.model import Configuration
from tercel.ledger.points.aggregate import HOLDER_KEYS, POINTS, since
from tercel.ledger.points.rows import Holder, LedgerRow
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.points.program import JoinPolicy, Program


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
        program.name: _program_facts(program, ledgers_of(program, profile, draft), now)
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


def _program_facts(program: Program, ledgers: Mapping[str, LedgerRow], now: datetime) -> LoyaltyProgramFacts:
    main = ledgers.get("")
    joined = None if main is None else main.joined
    return LoyaltyProgramFacts(
        program=program,
        is_member=bool(ledgers) if program.join_policy is JoinPolicy.NOT_JOIN else joined is not None,
        joined=joined,
        subledgers={name: balance_facts(row, now) for name, row in ledgers.items()},
    )


def balance_facts(row: LedgerRow, now: datetime) -> LoyaltyBalanceFacts:
    """Return what is on a ledger."""
    balances = row.points.balances(now)
    return LoyaltyBalanceFacts(
        current=balances.active,
        pending=balances.pending,
        negative=balances.negative,
        lots=row.points.lots,
    )
