"""Experiments and their variants in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, insert, select, true, update

from tercel.database.tables.campaigns import campaigns, rulesets
from tercel.database.tables.experiments import experiment_variants, experiments
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.model import Campaign
from tercel.features.campaigns.experiments.model import Experiment, Variant
from tercel.features.campaigns.rulesets.store import ruleset_from_row


def select_experiments(application_id: int) -> Select[Any]:
    """Select all experiments of an application."""
    joined = experiments.join(campaigns, campaigns.c.id == experiments.c.campaign_id)
    return select(experiments).select_from(joined).where(experiments.c.application_id == application_id)


async def find_experiment(tx: Transaction, application_id: int, experiment_id: int) -> Row[Any] | None:
    """Return one experiment, or None."""
    return await tx.one_or_none(select_experiments(application_id).where(experiments.c.id == experiment_id))


async def insert_experiment(tx: Transaction, values: Mapping[str, Any]) -> int:
    """Write a new experiment and tell its campaign; its id."""
    experiment_id = int(await tx.scalar(insert(experiments).values(**values).returning(experiments.c.id)))
    statement = update(campaigns).where(campaigns.c.id == values["campaign_id"])
    await tx.execute(statement.values(experiment_id=experiment_id))
    return experiment_id


async def update_experiment(tx: Transaction, experiment_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of an experiment."""
    await tx.execute(update(experiments).where(experiments.c.id == experiment_id).values(**values))


async def insert_variant(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Write a new variant."""
    await tx.execute(insert(experiment_variants).values(**values))


async def update_variant(tx: Transaction, variant_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a variant."""
    await tx.execute(
        update(experiment_variants).where(experiment_variants.c.id == variant_id).values(**values)
    )


async def load_variants(tx: Transaction, experiment_ids: Sequence[int]) -> Mapping[int, list[Variant]]:
    """Load the variants by experiment, each with its rules, in the order they were made."""
    table = experiment_variants
    of_these = table.c.experiment_id.in_(experiment_ids)
    rows = await tx.all(select(table).where(of_these).order_by(table.c.id))
    ids = [row.ruleset_id for row in rows]
    rules = await tx.all(select(rulesets, true().label("is_active")).where(rulesets.c.id.in_(ids)))
    by_id = {row.id: ruleset_from_row(row) for row in rules}
    found: defaultdict[int, list[Variant]] = defaultdict(list)
    for row in rows:
        found[row.experiment_id].append(
            Variant(
                id=row.id,
                created=row.created,
                name=row.name,
                experiment_id=row.experiment_id,
                ruleset=by_id[row.ruleset_id],
                weight=row.weight,
                is_primary=row.is_primary,
            )
        )
    return found


def experiment_from_row(row: Row[Any], campaign: Campaign, variants: list[Variant]) -> Experiment:
    """Return an experiment as answered, from a row of ``select_experiments``."""
    return Experiment(
        id=row.id,
        created=row.created,
        application_id=row.application_id,
        is_variant_assignment_external=row.is_variant_assignment_external,
        campaign=campaign,
        activated=row.activated,
        state=campaign.state,
        variants=variants,
        goal_type=row.goal_type,
        goal_description=row.goal_description,
    )
