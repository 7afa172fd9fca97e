"""Loyalty programs as ledgers and rules need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row

from tercel.base.durations import parse_cycle
from tercel.language.values.times import find_zone
from tercel.points.program import JoinPolicy, Program
from tercel.points.spending import ReturnPolicy
from tercel.points.tiers.ladder import Ladder, Tier
from tercel.points.tiers.replay import Scheme
from tercel.points.tiers.terms import DowngradePolicy, ExpirationPolicy, Terms

_PROGRAMS = """SELECT p.id, p.name, p.title, p.sandbox, p.card_based, p.timezone, p.default_validity, p.default_pending,
        p.allow_subledger, p.users_per_card_limit, p.program_join_policy, p.return_policy, p.subscribed_applications,
        p.tiers_expiration_policy, p.tiers_expiration_attribute, p.tier_cycle_start_date, p.tiers_expire_in, p.tiers_downgrade_policy
    FROM loyalty_programs AS p WHERE p.account_id = %s AND p.sandbox = %s"""

_TIERS = "SELECT t.program_id, t.id, t.name, t.min_points FROM loyalty_tiers AS t WHERE t.account_id = %s"


async def load_programs(
    connection: AsyncConnection[Any], account_id: int, *, is_sandbox: bool
) -> Mapping[int, Program]:
    """Load the programs of an account and an environment, by id."""
    tiers: defaultdict[int, list[Tier]] = defaultdict(list)
    for program_id, *tier in await (await connection.execute(_TIERS, [account_id])).fetchall():
        tiers[program_id].append(Tier(*tier))
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(_PROGRAMS, [account_id, is_sandbox])
        programs = [program_from_row(row, tiers) for row in await cursor.fetchall()]
    return {program.id: program for program in programs}


def program_from_row(row: Any, tiers: Mapping[int, Iterable[Tier]]) -> Program:
    """Return a row of ``loyalty_programs`` as a program; ``tiers`` are by program."""
    return Program(
        id=row.id,
        name=row.name,
        title=row.title,
        zone=find_zone(row.timezone),
        sandbox=row.sandbox,
        is_card_based=row.card_based,
        allows_subledgers=row.allow_subledger,
        users_per_card_max=row.users_per_card_limit,
        default_pending=row.default_pending,
        default_validity=row.default_validity,
        join_policy=JoinPolicy(row.program_join_policy),
        return_policy=ReturnPolicy(row.return_policy),
        application_ids=frozenset(row.subscribed_applications),
        tiers=Scheme(Ladder(tiers.get(row.id, ())), _terms(row)),
        tier_attribute=row.tiers_expiration_attribute,
    )


def _terms(row: Any) -> Terms | None:
    """Return how advanced tiers end; None where tiers follow the balance."""
    if row.tiers_expiration_policy is None or row.tiers_downgrade_policy is None:
        return None
    return Terms(
        expiration=ExpirationPolicy(row.tiers_expiration_policy),
        downgrade=DowngradePolicy(row.tiers_downgrade_policy),
        zone=find_zone(row.timezone),
        lasts=None if row.tiers_expire_in is None else parse_cycle(row.tiers_expire_in),
        cycle_start=row.tier_cycle_start_date,
    )
