"""Lists of experiments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from tercel.database.tables.campaigns import campaigns
from tercel.database.tables.experiments import experiments
from tercel.database.transaction import Transaction
from tercel.features.campaigns.experiments.model import Experiment
from tercel.features.campaigns.experiments.service import answered
from tercel.features.campaigns.experiments.store import select_experiments
from tercel.features.common.listing import Listing
from tercel.features.common.scope import ApplicationScope


async def _answer(tx: Transaction, rows: Sequence[Row[Any]], scope: ApplicationScope) -> list[Experiment]:
    return await answered(tx, scope.application_id, rows, scope.now)


EXPERIMENTS: Listing[ApplicationScope, Experiment] = Listing(
    select=lambda scope: select_experiments(scope.application_id),
    answer=_answer,
    key=experiments.c.id,
    sort={
        "id": experiments.c.id,
        "created": experiments.c.created,
        "activated": experiments.c.activated,
        "name": campaigns.c.name,
        "state": campaigns.c.state,
    },
)
