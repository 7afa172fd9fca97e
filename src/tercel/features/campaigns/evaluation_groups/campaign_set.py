"""The whole evaluation tree as one document: read, and replaced (behaviour/groups 6)."""

from __future__ import annotations

import zlib
from typing import Any

from msgspec import UNSET

from tercel.base.codec import encode
from tercel.base.errors import ConflictError, InvalidError
from tercel.database.revisions import touch_application
from tercel.database.transaction import Transaction
from tercel.features.campaigns.evaluation_groups import store
from tercel.features.campaigns.evaluation_groups.model import (
    CampaignNode,
    CampaignSet,
    GroupNode,
    NewCampaignSet,
)
from tercel.features.campaigns.evaluation_groups.plan import Plan, PlannedGroup, make_plan
from tercel.features.campaigns.evaluation_groups.tree import Member, Tree, load_tree


async def get_campaign_set(tx: Transaction, application_id: int) -> CampaignSet:
    """Return the tree of an application."""
    return _document(application_id, await load_tree(tx, application_id))


async def update_campaign_set(tx: Transaction, application_id: int, new: NewCampaignSet) -> CampaignSet:
    """Replace the tree: groups with an id are kept and changed, those without are made, all others are deleted.

    Raises:
        ConflictError: the tree is not the one that the version names.
        InvalidError: the tree has no proper shape, or does not hold every campaign once; every problem is told.
    """
    if new.application_id != application_id:
        raise InvalidError.at("/applicationId", "invalid", f"the path names application `{application_id}`")
    await touch_application(tx, application_id)
    tree = await load_tree(tx, application_id)
    if new.version is not UNSET and new.version != _document(application_id, tree).version:
        raise ConflictError("the campaign set has changed meanwhile: read it and try again")
    plan = make_plan(tree, new.set)
    if plan.problems:
        raise InvalidError(*plan.problems)
    await _carry_out(tx, application_id, tree, plan)
    return await get_campaign_set(tx, application_id)


async def _carry_out(tx: Transaction, application_id: int, tree: Tree, plan: Plan) -> None:
    members: dict[int, list[Member]] = {}
    ids: list[int] = []
    for group in plan.groups:  # parents come before what stands in them
        parent_id = None if group.parent is None else ids[group.parent]
        group_id = await _write_group(tx, application_id, group, parent_id)
        ids.append(group_id)
        members[group_id] = []
    for index, group in enumerate(plan.groups):
        members[ids[index]] = [
            ("group", ids[member]) if kind == "group" else (kind, member) for kind, member in group.members
        ]
    await store.place_members(tx, members)
    await store.delete_groups(tx, application_id, set(tree.groups) - set(ids), heir=tree.base_id)


async def _write_group(
    tx: Transaction, application_id: int, group: PlannedGroup, parent_id: int | None
) -> int:
    if group.id is None:
        row = await store.insert_group(
            tx, {**group.settings, "application_id": application_id, "parent_id": parent_id}
        )
    else:
        row = await store.update_group(tx, group.id, group.settings)
    return int(row.id)


def _document(application_id: int, tree: Tree) -> CampaignSet:
    root = _node(tree, tree.base_id)
    return CampaignSet(
        id=tree.base_id,
        created=tree.groups[tree.base_id].created,
        application_id=application_id,
        version=zlib.crc32(encode(root)),
        set=root,
    )


def _node(tree: Tree, group_id: int) -> GroupNode:
    group: Any = tree.groups[group_id]
    return GroupNode(
        name=group.name,
        operator="FIRST" if group.evaluation_mode == "listOrder" else "ALL",
        elements=[
            _node(tree, member) if kind == "group" else CampaignNode(campaign_id=member)
            for kind, member in tree.members[group_id]
        ],
        group_id=group_id,
        locked=group.locked,
        description=group.description,
        evaluation_mode=group.evaluation_mode,
        evaluation_scope=group.evaluation_scope,
    )
