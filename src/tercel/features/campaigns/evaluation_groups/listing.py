"""Lists of evaluation groups, the base group among them."""

from __future__ import annotations

from tercel.database.tables.campaigns import evaluation_groups
from tercel.features.campaigns.evaluation_groups.model import EvaluationGroup
from tercel.features.campaigns.evaluation_groups.store import group_from_row, select_groups
from tercel.features.common.listing import Listing, each
from tercel.features.common.scope import ApplicationScope

GROUPS: Listing[ApplicationScope, EvaluationGroup] = Listing(
    select=lambda scope: select_groups(scope.application_id),
    answer=each(group_from_row),
    key=evaluation_groups.c.id,
    sort={"id": evaluation_groups.c.id, "name": evaluation_groups.c.name},
)
