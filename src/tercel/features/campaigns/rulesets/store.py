"""Rule sets in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, delete, exists, func, insert, or_, select, update

from tercel.database.tables.campaigns import campaigns, rulesets
from tercel.database.tables.experiments import experiment_variants
from tercel.database.transaction import Transaction
from tercel.features.campaigns.rulesets.model import Ruleset


def select_rulesets(campaign_id: int) -> Select[Any]:
    """Select all rule sets of a campaign, each with whether it is the active one; those of variants are all active."""
    is_variant = exists().where(experiment_variants.c.ruleset_id == rulesets.c.id)
    is_active = or_((campaigns.c.active_ruleset_id == rulesets.c.id).is_(True), is_variant).label("is_active")
    joined = rulesets.join(campaigns, campaigns.c.id == rulesets.c.campaign_id)
    return select(rulesets, is_active).select_from(joined).where(rulesets.c.campaign_id == campaign_id)


async def find_ruleset(tx: Transaction, campaign_id: int, ruleset_id: int) -> Row[Any] | None:
    """Return one rule set, or None."""
    return await tx.one_or_none(select_rulesets(campaign_id).where(rulesets.c.id == ruleset_id))


async def insert_ruleset(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Write a new rule set; its id."""
    return int(await tx.scalar(insert(rulesets).values(**values).returning(rulesets.c.id)))


async def update_ruleset(tx: Transaction, ruleset_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a rule set."""
    await tx.execute(update(rulesets).where(rulesets.c.id == ruleset_id).values(**values))


async def delete_ruleset(tx: Transaction, ruleset_id: int) -> None:
    """Remove a rule set."""
    await tx.execute(delete(rulesets).where(rulesets.c.id == ruleset_id))


async def activate_ruleset(tx: Transaction, campaign_id: int, ruleset_id: int) -> None:
    """Make a rule set the one that its campaign evaluates."""
    await tx.execute(
        update(campaigns).where(campaigns.c.id == campaign_id).values(active_ruleset_id=ruleset_id)
    )
    await update_ruleset(tx, ruleset_id, {"activated_at": func.now()})


async def deactivate_ruleset(tx: Transaction, campaign_id: int, ruleset_id: int) -> bool:
    """Leave the campaign without a rule set if it evaluates this one; whether it did."""
    campaign = (campaigns.c.id == campaign_id, campaigns.c.active_ruleset_id == ruleset_id)
    return await tx.execute(update(campaigns).where(*campaign).values(active_ruleset_id=None)) > 0


async def is_of_variant(tx: Transaction, ruleset_id: int) -> bool:
    """Tell whether a variant of an experiment has this rule set."""
    statement = select(experiment_variants.c.ruleset_id).where(experiment_variants.c.ruleset_id == ruleset_id)
    return await tx.scalar(statement.limit(1)) is not None


async def mark_campaign(tx: Transaction, campaign_id: int, *, revision: int, user_id: int | None) -> None:
    """Record that the rules of a campaign changed: when, by whom, and for caches at which revision."""
    await tx.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign_id)
        .values(revision=revision, updated=func.now(), updated_by_id=user_id)
    )


def ruleset_from_row(row: Row[Any]) -> Ruleset:
    """Return a rule set as answered, from a row of ``select_rulesets``."""
    return Ruleset(
        id=row.id,
        created=row.created,
        user_id=row.user_id or 0,
        rules=row.rules,
        strikethrough_rules=row.strikethrough_rules,
        bindings=row.bindings,
        rb_version=row.rb_version,
        activate=row.is_active,
        campaign_id=row.campaign_id,
        activated_at=row.activated_at,
    )
