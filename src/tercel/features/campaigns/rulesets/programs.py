"""Loyalty programs as rules name them: the ones that they may name, and the campaigns that name one (behaviour/loyalty 1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Text, cast, exists, func, or_, select

from tercel.database.tables.campaigns import campaigns, rulesets
from tercel.database.tables.experiments import experiment_variants
from tercel.database.tables.loyalty import loyalty_programs
from tercel.database.transaction import Transaction
from tercel.rules.reader import read_leniently
from tercel.rules.references import references_of_ruleset


async def find_connected_programs(
    tx: Transaction, account_id: int, application_id: int
) -> Sequence[Row[Any]]:
    """Find the programs that an application is connected with: its rules may name these and no others."""
    table = loyalty_programs
    is_connected = table.c.subscribed_applications.contains([application_id])
    return await tx.all(select(table).where(table.c.account_id == account_id, is_connected))


async def find_campaign_with_program(
    tx: Transaction, application_ids: Collection[int], program_id: int, name: str
) -> int | None:
    """Find an enabled campaign of some applications whose rules name a program by its id or name."""
    is_variant = exists().where(experiment_variants.c.ruleset_id == rulesets.c.id)
    is_in_force = or_(campaigns.c.active_ruleset_id == rulesets.c.id, is_variant)
    text = func.concat(cast(rulesets.c.rules, Text), cast(rulesets.c.bindings, Text))
    statement = select(campaigns.c.id, rulesets.c.rules, rulesets.c.bindings).where(
        campaigns.c.application_id.in_(application_ids),
        campaigns.c.state == "enabled",
        rulesets.c.campaign_id == campaigns.c.id,
        is_in_force,
        # Because: few rule sets have these words, and only those need to be read.
        text.regexp_match(rf"\m({program_id}|{name})\M"),
    )
    for row in await tx.all(statement):
        if _names({"rules": row.rules, "bindings": row.bindings}, {str(program_id), name}):
            return int(row.id)
    return None


def _names(document: dict[str, Any], keys: set[str]) -> bool:
    ruleset, _ = read_leniently(document)
    return any(each.topic == "programs" and each.key in keys for each in references_of_ruleset(ruleset))
