"""Evaluation groups in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, Select, delete, insert, select, text, update

from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import evaluation_groups
from tercel.database.transaction import Transaction
from tercel.features.campaigns.evaluation_groups.model import EvaluationGroup
from tercel.features.campaigns.evaluation_groups.tree import Member

_PLACE_GROUPS = text(
    """UPDATE evaluation_groups AS g SET parent_id = place.parent, position = place.position
    FROM unnest(CAST(:ids AS bigint[]), CAST(:parents AS bigint[]), CAST(:positions AS integer[]))
    AS place (id, parent, position) WHERE g.id = place.id"""
)
_PLACE_CAMPAIGNS = text(
    """UPDATE campaigns AS c SET evaluation_group_id = place.parent, position = place.position
    FROM unnest(CAST(:ids AS bigint[]), CAST(:parents AS bigint[]), CAST(:positions AS integer[]))
    AS place (id, parent, position) WHERE c.id = place.id"""
)


def select_groups(application_id: int) -> Select[Any]:
    """Select all groups of an application."""
    return select(evaluation_groups).where(evaluation_groups.c.application_id == application_id)


async def find_group(tx: Transaction, application_id: int, group_id: int) -> Row[Any] | None:
    """Return one group, or None."""
    return await tx.one_or_none(select_groups(application_id).where(evaluation_groups.c.id == group_id))


async def insert_group(tx: Transaction, values: Mapping[str, Any]) -> Row[Any]:
    """Write a new group; its row."""
    return await tx.one(insert(evaluation_groups).values(**values).returning(evaluation_groups))


async def update_group(tx: Transaction, group_id: int, values: Mapping[str, Any]) -> Row[Any]:
    """Change a group; its row."""
    statement = update(evaluation_groups).where(evaluation_groups.c.id == group_id)
    return await tx.one(statement.values(**values).returning(evaluation_groups))


async def delete_groups(tx: Transaction, application_id: int, group_ids: Iterable[int], *, heir: int) -> None:
    """Remove groups without members; new campaigns that would join one of them join the heir from now on."""
    ids = list(group_ids)
    await tx.execute(
        update(applications)
        .where(applications.c.id == application_id, applications.c.default_evaluation_group_id.in_(ids))
        .values(default_evaluation_group_id=heir)
    )
    await tx.execute(delete(evaluation_groups).where(evaluation_groups.c.id.in_(ids)))


async def place_members(tx: Transaction, members: Mapping[int, Sequence[Member]]) -> None:
    """Give the members of some groups their places, by the group's id."""
    for kind, statement in (("group", _PLACE_GROUPS), ("campaign", _PLACE_CAMPAIGNS)):
        places = [
            (member, parent, position)
            for parent, listed in members.items()
            for position, (member_kind, member) in enumerate(listed)
            if member_kind == kind
        ]
        if places:
            ids, parents, positions = map(list, zip(*places, strict=True))
            await tx.execute(statement, {"ids": ids, "parents": parents, "positions": positions})


def group_from_row(row: Row[Any]) -> EvaluationGroup:
    """Return a group as answered."""
    return EvaluationGroup(
        id=row.id,
        application_id=row.application_id,
        name=row.name,
        description=row.description,
        parent_id=UNSET if row.parent_id is None else row.parent_id,
        evaluation_mode=row.evaluation_mode,
        evaluation_scope=row.evaluation_scope,
        locked=row.locked,
    )
