"""Loyalty programs as rows, and their list (behaviour/loyalty 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, Select, exists, func, select

from tercel.base.numbers import tidy
from tercel.database.tables.loyalty import loyalty_programs, loyalty_tiers
from tercel.database.tables.points import loyalty_ledgers
from tercel.database.transaction import Transaction
from tercel.features.common.listing import sortable
from tercel.features.common.resource import Resource
from tercel.features.common.scope import Scope
from tercel.features.common.subscriptions import within_rights
from tercel.features.loyalty.programs.model import LoyaltyProgram, LoyaltyTier

_NAMES = [column.name for column in loyalty_programs.c if column.name != "modified"]


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a program already has: ledgers, ledgers beside main ones, and its tiers with members."""

    has_ledgers: bool = False
    has_subledgers: bool = False
    tiers: frozenset[int] = frozenset()


def _select(scope: Scope) -> Select[Any]:
    own = within_rights(loyalty_programs.c.subscribed_applications, scope.caller)
    return select(*(loyalty_programs.c[name] for name in _NAMES)).where(*scope.holds(loyalty_programs), *own)


async def _answer(tx: Transaction, rows: Sequence[Row[Any]], scope: Scope) -> list[LoyaltyProgram]:
    ids = [row.id for row in rows]
    tiers, usage = await _tiers(tx, scope, rows), await usage_of(tx, scope, ids)
    return [_program(row, tiers[row.id], usage[row.id]) for row in rows]


def _program(row: Row[Any], tiers: list[LoyaltyTier], usage: Usage) -> LoyaltyProgram:
    columns = dict(zip(_NAMES, row, strict=True))
    return LoyaltyProgram(
        **columns,
        tiers=tiers,
        can_update_tiers=not usage.tiers,
        can_update_tier_expiration_policy=not usage.tiers,
        can_upgrade_to_advanced_tiers=row.tiers_expire_in is None,
        can_update_subledgers=not usage.has_subledgers,
    )


async def _tiers(
    tx: Transaction, scope: Scope, programs: Sequence[Row[Any]]
) -> defaultdict[int, list[LoyaltyTier]]:
    table, by_id = loyalty_tiers, {program.id: program for program in programs}
    found: defaultdict[int, list[LoyaltyTier]] = defaultdict(list)
    which = (table.c.account_id == scope.account_id, table.c.program_id.in_(by_id))
    for row in await tx.all(select(table).where(*which).order_by(table.c.min_points)):
        program = by_id[row.program_id]
        found[row.program_id].append(
            LoyaltyTier(
                id=row.id,
                created=row.created,
                program_id=program.id,
                program_name=program.name,
                program_title=program.title,
                name=row.name,
                min_points=tidy(row.min_points),
            )
        )
    return found


async def usage_of(tx: Transaction, scope: Scope, program_ids: Sequence[int]) -> defaultdict[int, Usage]:
    """Return what programs already have."""
    ledgers, programs, tiers = loyalty_ledgers, loyalty_programs, loyalty_tiers
    mine = (ledgers.c.account_id == scope.account_id, ledgers.c.program_id == programs.c.id)
    occupied = select(tiers.c.id).where(
        tiers.c.program_id == programs.c.id,
        exists().where(*mine, ledgers.c.tier_id == tiers.c.id),
    )
    statement = select(
        programs.c.id,
        exists().where(*mine).label("has_ledgers"),
        exists().where(*mine, ledgers.c.subledger != "").label("has_subledgers"),
        func.array(occupied.scalar_subquery()).label("in_use"),
    ).where(*scope.holds(programs), programs.c.id.in_(program_ids))
    found: defaultdict[int, Usage] = defaultdict(Usage)
    for row in await tx.all(statement):
        found[row.id] = Usage(
            has_ledgers=row.has_ledgers, has_subledgers=row.has_subledgers, tiers=frozenset(row.in_use)
        )
    return found


PROGRAMS: Resource[Scope, LoyaltyProgram] = Resource(
    noun="loyalty program",
    table=loyalty_programs,
    select=_select,
    answer=_answer,
    key=loyalty_programs.c.id,
    unique="name",
    fixed=["name", "timezone", "sandbox", "card_based"],
    sort=sortable(loyalty_programs, "id", "name", "title", "created"),
)
