"""Creating, reading, changing and deleting experiments (behaviour/experiments 4). The campaign of one is an ordinary campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Row

from tercel.base.errors import NotFoundError, WrongStateError
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.service import (
    create_campaign,
    delete_campaign,
    get_campaigns,
    update_campaign,
)
from tercel.features.campaigns.experiments import store
from tercel.features.campaigns.experiments.model import (
    VARIANTS,
    Experiment,
    NewExperiment,
    UpdateExperiment,
)
from tercel.features.common.caller import Caller


async def create_experiment(
    tx: Transaction, caller: Caller, application_id: int, new: NewExperiment, now: datetime
) -> Experiment:
    """Create an experiment with its campaign, which starts disabled whatever its state says: it has no variants yet.

    Raises:
        InvalidError: the settings of the campaign cannot be kept; every problem is told.
    """
    disabled = msgspec.structs.replace(new.campaign, state="disabled")
    campaign = await create_campaign(tx, caller, application_id, disabled, now)
    values = {
        "application_id": application_id,
        "campaign_id": campaign.id,
        "is_variant_assignment_external": new.is_variant_assignment_external,
        "goal_type": new.goal_type,
        "goal_description": new.goal_description,
    }
    experiment_id = await store.insert_experiment(tx, values)
    return await get_experiment(tx, application_id, experiment_id, now)


async def get_experiment(
    tx: Transaction, application_id: int, experiment_id: int, now: datetime
) -> Experiment:
    """Return one experiment.

    Raises:
        NotFoundError: the application has none with this id.
    """
    row = await store.find_experiment(tx, application_id, experiment_id)
    if row is None:
        raise NotFoundError(f"there is no experiment `{experiment_id}` in this application")
    return (await answered(tx, application_id, [row], now))[0]


async def update_experiment(
    tx: Transaction,
    caller: Caller,
    application_id: int,
    experiment_id: int,
    new: UpdateExperiment,
    *,
    now: datetime,
) -> Experiment:
    """Replace the settings of an experiment and of its campaign, whose state is that of the experiment.

    Raises:
        InvalidError: the settings of the campaign cannot be kept; every problem is told.
        WrongStateError: it would be enabled without variants, or assign them otherwise after it was active.
    """
    current = await get_experiment(tx, application_id, experiment_id, now)
    if new.campaign.state == "enabled" and len(current.variants) < VARIANTS:
        raise WrongStateError("the experiment has no variants yet: create them before enabling it")
    is_external = new.is_variant_assignment_external
    if current.activated is not None and is_external != current.is_variant_assignment_external:
        raise WrongStateError("the experiment was active already: who assigns its variants cannot change")
    values = {
        "is_variant_assignment_external": is_external,
        "goal_type": current.goal_type if new.goal_type is UNSET else new.goal_type,
        "goal_description": (
            current.goal_description if new.goal_description is UNSET else new.goal_description
        ),
    }
    await store.update_experiment(tx, experiment_id, values)
    await update_campaign(tx, caller, application_id, current.campaign.id, new.campaign, now=now)
    return await get_experiment(tx, application_id, experiment_id, now)


async def delete_experiment(tx: Transaction, application_id: int, experiment_id: int, now: datetime) -> None:
    """Delete an experiment with its campaign; the ledger keeps what it did."""
    current = await get_experiment(tx, application_id, experiment_id, now)
    await delete_campaign(tx, application_id, current.campaign.id)


async def answered(
    tx: Transaction, application_id: int, rows: Sequence[Row[Any]], now: datetime
) -> list[Experiment]:
    found = await get_campaigns(tx, application_id, [row.campaign_id for row in rows], now)
    variants = await store.load_variants(tx, [row.id for row in rows])
    return [store.experiment_from_row(row, found[row.campaign_id], variants.get(row.id, [])) for row in rows]
