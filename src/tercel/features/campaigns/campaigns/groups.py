"""Where a campaign stands in the evaluation tree (behaviour/groups 1): the group, and the place inside it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select

from tercel.base.errors import Problem, WrongStateError
from tercel.database.tables.campaigns import campaigns, evaluation_groups
from tercel.database.transaction import Transaction

_POINTER = "/evaluationGroupId"


async def check_group(
    tx: Transaction, application_id: int, group_id: int, campaign_type: str
) -> list[Problem]:
    """Problems with the group that a caller wants for a campaign; the base group takes campaigns of both types."""
    group = await _find_group(tx, application_id, group_id)
    if group is None:
        return [Problem(title="Unknown", details=f"there is no group `{group_id}`", pointer=_POINTER)]
    if group.locked:
        return [Problem(title="locked", details=f"the group `{group.name}` is locked", pointer=_POINTER)]
    scope = "cartItem" if campaign_type == "cartItem" else "session"
    if group.parent_id is not None and group.evaluation_scope != scope:
        details = (
            f"a campaign of type `{campaign_type}` belongs in a group whose scope is `{scope}`;"
            f" that of `{group.name}` is `{group.evaluation_scope}`"
        )
        return [Problem(title="invalid", details=details, pointer=_POINTER)]
    return []


async def refuse_leaving(tx: Transaction, application_id: int, group_id: int | None) -> None:
    """Refuse to take a campaign out of a locked group into another one.

    Raises:
        WrongStateError: the group is locked.
    """
    group = None if group_id is None else await _find_group(tx, application_id, group_id)
    if group is not None and group.locked:
        raise WrongStateError(f"the group `{group.name}` is locked: unlock it first")


async def next_position(tx: Transaction, group_id: int) -> int:
    """Return the position after everything in a group, campaigns and groups alike."""
    last_campaign = select(func.max(campaigns.c.position)).where(campaigns.c.evaluation_group_id == group_id)
    last_group = select(func.max(evaluation_groups.c.position)).where(
        evaluation_groups.c.parent_id == group_id
    )
    greatest = func.greatest(last_campaign.scalar_subquery(), last_group.scalar_subquery())
    last = await tx.scalar(select(greatest))
    return 0 if last is None else int(last) + 1


async def _find_group(tx: Transaction, application_id: int, group_id: int) -> Row[Any] | None:
    return await tx.one_or_none(
        select(evaluation_groups).where(
            evaluation_groups.c.id == group_id, evaluation_groups.c.application_id == application_id
        )
    )
