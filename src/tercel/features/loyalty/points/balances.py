"""Balances of ledgers as of a moment: sums of transactions by date (behaviour/loyalty 3, 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, FromClause, Select, Subquery, and_, case, func, or_, select, union_all

from tercel.base.numbers import ZERO, tidy
from tercel.database.tables.points import loyalty_allocations, loyalty_transactions
from tercel.database.transaction import Transaction
from tercel.features.common.filters import Moment
from tercel.features.loyalty.points.shown import CurrentTier, current_tier
from tercel.features.loyalty.scope import HolderScope, ProgramScope
from tercel.ledger.points.direct import standings_of
from tercel.ledger.points.rows import Holder
from tercel.points.lots import Ledger, Timeline
from tercel.points.tiers.projection import next_tier, project
from tercel.points.tiers.replay import NO_TIER, Standing

_MADE = loyalty_transactions
_TAKEN = loyalty_allocations


class LoyaltyBalance(msgspec.Struct, kw_only=True, rename="camel"):
    """Points of a ledger at a moment."""

    active_points: Decimal = ZERO
    pending_points: Decimal = ZERO
    spent_points: Decimal = ZERO
    expired_points: Decimal = ZERO
    negative_points: Decimal = ZERO


async def balances_of(tx: Transaction, scope: HolderScope, moment: datetime) -> Mapping[str, LoyaltyBalance]:
    """Return the balances of a holder by subledger."""
    statement = select_balances(scope, moment, lambda table: table.c.holder_id == scope.holder_id)
    return {row.subledger: balance_from(row) for row in await tx.all(statement)}


def select_balances(
    scope: ProgramScope, moment: datetime, *which: Callable[[FromClause], ColumnElement[bool]]
) -> Select[Any]:
    """Select the sums of each ledger as of a moment; ``which`` narrows transactions and allocations to some holders.

    What is left is kept beside each transaction; of an earlier moment, what was taken since is added again.
    """
    rest: ColumnElement[Any] = _MADE.c.remaining
    source: FromClause = _MADE
    if moment < scope.now:
        later = _taken_after(scope, moment, which)
        rest = rest + func.coalesce(later.c.amount, 0)
        source = _MADE.outerjoin(later, later.c.id == _MADE.c.id)
    is_open = or_(_MADE.c.expires_at.is_(None), _MADE.c.expires_at > moment)
    waits = or_(_MADE.c.starts_at.is_(None), _MADE.c.starts_at > moment)
    adds = _MADE.c.is_addition
    return (
        select(
            _MADE.c.holder_id,
            _MADE.c.subledger,
            _sum(rest, adds, ~waits, is_open).label("active"),
            _sum(rest, adds, waits, is_open).label("pending"),
            _sum(rest, adds, ~is_open).label("expired"),
            _sum(_MADE.c.amount, ~adds).label("spent"),
            _sum(rest, ~adds).label("owed"),
        )
        .select_from(source)
        .where(*scope.holds(_MADE), *(each(_MADE) for each in which), _MADE.c.created <= moment)
        .group_by(_MADE.c.holder_id, _MADE.c.subledger)
    )


def _taken_after(
    scope: ProgramScope, moment: datetime, which: Sequence[Callable[[FromClause], ColumnElement[bool]]]
) -> Subquery:
    """Sum up what was taken after a moment, of each addition and by each subtraction."""
    mine = (*scope.holds(_TAKEN), *(each(_TAKEN) for each in which), _TAKEN.c.created > moment)
    parts = union_all(
        select(_TAKEN.c.addition_id.label("id"), _TAKEN.c.amount).where(*mine),
        select(_TAKEN.c.subtraction_id, _TAKEN.c.amount).where(*mine),
    ).subquery()
    return select(parts.c.id, func.sum(parts.c.amount).label("amount")).group_by(parts.c.id).subquery()


def _sum(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((and_(*conditions), column))), 0)


def balance_from(row: Any) -> LoyaltyBalance:
    """Return a row of the sums as answered: points that are active pay what is owed."""
    paid = min(row.active, row.owed)
    return LoyaltyBalance(
        active_points=tidy(row.active - paid),
        pending_points=tidy(row.pending),
        spent_points=tidy(row.spent),
        expired_points=tidy(row.expired),
        negative_points=tidy(row.owed - paid),
    )


class ProjectedTier(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """What becomes of a tier at its end."""

    projected_active_points: Decimal
    stay_in_tier_points: Decimal | None = None
    projected_tier_name: str | None = None


class LoyaltyBalanceWithTier(LoyaltyBalance, kw_only=True, rename="camel", omit_defaults=False):
    """Points of a ledger, and its tier when that was asked for."""

    current_tier: CurrentTier | msgspec.UnsetType = msgspec.UNSET
    projected_tier: ProjectedTier | msgspec.UnsetType = msgspec.UNSET
    points_to_next_tier: Decimal | msgspec.UnsetType = msgspec.UNSET
    next_tier_name: str | msgspec.UnsetType = msgspec.UNSET


class LoyaltyBalances(msgspec.Struct, kw_only=True, rename="camel"):
    """The balances of a holder: of the main ledger, and of the others by name."""

    balance: LoyaltyBalanceWithTier
    subledger_balances: dict[str, LoyaltyBalanceWithTier]


class BalancesQuery(msgspec.Struct, kw_only=True, rename="camel"):
    """Which balances: as of when, of which subledger beside the main ledger, and whether with tiers."""

    end_date: Moment | None = None
    subledger_id: str | None = None
    include_tiers: bool = False
    include_projected_tier: bool = False


async def get_balances(tx: Transaction, scope: HolderScope, query: BalancesQuery) -> LoyaltyBalances:
    """Return the balances of a holder. Tiers are those of now."""
    found = await balances_of(tx, scope, query.end_date or scope.now)
    shown = {
        name: LoyaltyBalanceWithTier(**msgspec.structs.asdict(balance)) for name, balance in found.items()
    }
    main = shown.pop("", LoyaltyBalanceWithTier())
    if query.subledger_id is not None:
        shown = {name: balance for name, balance in shown.items() if name == query.subledger_id}
    if query.include_tiers or query.include_projected_tier:
        holder = Holder(scope.program.id, scope.holder_id)
        connection = await tx.driver_connection()
        standings = await standings_of(connection, scope.account_id, scope.program, holder, scope.now)
        for name, balance in {"": main, **shown}.items():
            _add_tier(balance, standings.get(name, _NOTHING), scope, query)
    return LoyaltyBalances(balance=main, subledger_balances=shown)


def _add_tier(
    balance: LoyaltyBalanceWithTier,
    found: tuple[Standing, Ledger],
    scope: HolderScope,
    query: BalancesQuery,
) -> None:
    (standing, points), program = found, scope.program
    if query.include_tiers:
        tier = current_tier(program, standing)
        ahead = next_tier(program.tiers.ladder, standing.tier, points.balances(scope.now).active)
        balance.current_tier = msgspec.UNSET if tier is None else tier
        if ahead is not None:
            balance.points_to_next_tier, balance.next_tier_name = tidy(ahead.missing), ahead.name
    projected = project(program.tiers, standing, Timeline(points)) if query.include_projected_tier else None
    if projected is not None:
        stay = projected.stay_in_tier_points
        balance.projected_tier = ProjectedTier(
            projected_active_points=tidy(projected.active_points),
            stay_in_tier_points=None if stay is None else tidy(stay),
            projected_tier_name=None if projected.tier is None else projected.tier.name,
        )


_NOTHING = (NO_TIER, Ledger())
