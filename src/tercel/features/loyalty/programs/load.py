"""Loyalty programs as ledgers and rules need them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row

from tercel.language.values.times import find_zone
from tercel.points.program import JoinPolicy, Program
from tercel.points.spending import ReturnPolicy

_PROGRAMS = """SELECT p.id, p.name, p.title, p.sandbox, p.card_based, p.timezone, p.default_validity, p.default_pending,
        p.allow_subledger, p.users_per_card_limit, p.program_join_policy, p.return_policy, p.subscribed_applications
    FROM loyalty_programs AS p WHERE p.account_id = %s AND p.sandbox = %s"""


async def load_programs(
    connection: AsyncConnection[Any], account_id: int, *, is_sandbox: bool
) -> Mapping[int, Program]:
    """Load the programs of an account and an environment, by id."""
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(_PROGRAMS, [account_id, is_sandbox])
        programs = [program_from_row(row) for row in await cursor.fetchall()]
    return {program.id: program for program in programs}


def program_from_row(row: Any) -> Program:
    """Return a row of `loyalty_programs` as a program."""
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
    )
