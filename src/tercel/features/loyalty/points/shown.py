"""Ledgers and tiers as answered (behaviour/loyalty 6, 8)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from tercel.base.numbers import ZERO, tidy
from tercel.points.lots import Balances
from tercel.points.program import Program
from tercel.points.tiers.projection import next_tier
from tercel.points.tiers.replay import Standing


class CurrentTier(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The tier of a ledger."""

    id: int
    name: str
    start_date: datetime | None = None
    expiry_date: datetime | None = None
    downgrade_policy: str | None = None


class LedgerInfo(msgspec.Struct, kw_only=True, rename="camel"):
    """A ledger: what it holds, and what it would hold if the session closed now. Two members are there for older clients."""

    current_balance: Decimal = ZERO
    pending_balance: Decimal = ZERO
    negative_balance: Decimal = ZERO
    expired_balance: int = 0
    spent_balance: int = 0
    tentative_current_balance: Decimal = ZERO
    tentative_pending_balance: Decimal = ZERO
    tentative_negative_balance: Decimal = ZERO
    current_tier: CurrentTier | msgspec.UnsetType = msgspec.UNSET
    points_to_next_tier: Decimal | msgspec.UnsetType = msgspec.UNSET
    next_tier_name: str | msgspec.UnsetType = msgspec.UNSET


class LoyaltyProgramLedgers(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The ledgers of a customer in a program."""

    id: int
    title: str
    name: str
    join_date: datetime | None = None
    ledger: LedgerInfo
    sub_ledgers: dict[str, LedgerInfo]


class Loyalty(msgspec.Struct, kw_only=True):
    """The programs of a customer, by id."""

    cards: list[msgspec.Raw] = []
    programs: dict[str, LoyaltyProgramLedgers] = {}


def current_tier(program: Program, standing: Standing) -> CurrentTier | None:
    """Return the tier of a standing as answered."""
    tier, terms = standing.tier, program.tiers.terms
    if tier is None:
        return None
    return CurrentTier(
        id=tier.id,
        name=tier.name,
        start_date=standing.since,
        expiry_date=standing.expires_at,
        downgrade_policy=None if terms is None else str(terms.downgrade),
    )


def ledger_info(program: Program, standing: Standing, balances: Balances, tentative: Balances) -> LedgerInfo:
    """Return a ledger as answered."""
    tier = current_tier(program, standing)
    ahead = next_tier(program.tiers.ladder, standing.tier, balances.active)
    return LedgerInfo(
        current_balance=tidy(balances.active),
        pending_balance=tidy(balances.pending),
        negative_balance=tidy(balances.negative),
        tentative_current_balance=tidy(tentative.active),
        tentative_pending_balance=tidy(tentative.pending),
        tentative_negative_balance=tidy(tentative.negative),
        current_tier=msgspec.UNSET if tier is None else tier,
        points_to_next_tier=msgspec.UNSET if ahead is None else tidy(ahead.missing),
        next_tier_name=msgspec.UNSET if ahead is None else ahead.name,
    )
