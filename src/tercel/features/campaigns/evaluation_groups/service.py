"""Creating, reading, changing and deleting the groups of the evaluation tree (behaviour/groups 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row

from tercel.base.errors import InvalidError, NotFoundError, Problem, WrongStateError
from tercel.base.limits import GROUP_DEPTH_MAX, GROUPS_PER_APPLICATION_MAX
from tercel.database.revisions import touch_application
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.groups import next_position
from tercel.features.campaigns.evaluation_groups import store
from tercel.features.campaigns.evaluation_groups.model import (
    EvaluationGroup,
    NewEvaluationGroup,
    UpdateEvaluationGroup,
)
from tercel.features.campaigns.evaluation_groups.tree import (
    Tree,
    campaign_misfit,
    group_misfit,
    load_tree,
)


async def get_group(tx: Transaction, application_id: int, group_id: int) -> EvaluationGroup:
    """Return one group.

    Raises:
        NotFoundError: the application has none with this id.
    """
    row = await store.find_group(tx, application_id, group_id)
    if row is None:
        raise _missing(group_id)
    return store.group_from_row(row)


async def create_group(tx: Transaction, application_id: int, new: NewEvaluationGroup) -> EvaluationGroup:
    """Create a group at the end of its parent.

    Raises:
        InvalidError: the parent does not exist or cannot take it.
        WrongStateError: the parent is locked, or there are too many groups.
    """
    await touch_application(tx, application_id)
    tree = await load_tree(tx, application_id)
    if len(tree.groups) > GROUPS_PER_APPLICATION_MAX:
        raise WrongStateError(f"an application has at most {GROUPS_PER_APPLICATION_MAX} groups")
    parent = _parent(tree, new.parent_id)
    is_too_deep = tree.depth(parent.id) >= GROUP_DEPTH_MAX
    _refuse(_wrong_place(parent, new.evaluation_scope, is_too_deep=is_too_deep))
    values = _columns(new) | {
        "application_id": application_id,
        "parent_id": parent.id,
        "position": await next_position(tx, parent.id),
    }
    return store.group_from_row(await store.insert_group(tx, values))


async def update_group(
    tx: Transaction, application_id: int, group_id: int, new: UpdateEvaluationGroup
) -> EvaluationGroup:
    """Change a group; another parent moves it with everything in it to that one's end.

    Raises:
        InvalidError: its members or its parent do not fit it.
        NotFoundError: the application has none with this id.
        WrongStateError: it is locked and would stay so, or a parent is locked.
    """
    await touch_application(tx, application_id)
    tree = await load_tree(tx, application_id)
    group = _group(tree, group_id)
    if group.locked and new.locked:
        raise WrongStateError(f"the group `{group.name}` is locked: unlock it first")
    values = _columns(new)
    parent_id = group.parent_id if new.parent_id is UNSET else new.parent_id
    problems = list(_wrong_members(tree, group, new.evaluation_scope))
    if parent_id != group.parent_id:
        parent = _new_parent(tree, group, parent_id)
        is_too_deep = not tree.can_stand_in(group_id, parent.id)
        problems += _wrong_place(parent, new.evaluation_scope, is_too_deep=is_too_deep)
        values |= {"parent_id": parent.id, "position": await next_position(tx, parent.id)}
    elif parent_id is not None:
        problems += _wrong_place(tree.groups[parent_id], new.evaluation_scope)
    _refuse(problems)
    return store.group_from_row(await store.update_group(tx, group_id, values))


async def delete_group(tx: Transaction, application_id: int, group_id: int) -> None:
    """Delete a group; its members take its place in its parent.

    Raises:
        NotFoundError: the application has none with this id.
        WrongStateError: it is the base group, it or its parent is locked, or its members do not fit the parent.
    """
    await touch_application(tx, application_id)
    tree = await load_tree(tx, application_id)
    group = _group(tree, group_id)
    if group.parent_id is None:
        raise WrongStateError("the base group cannot be deleted")
    parent = tree.groups[group.parent_id]
    for each in (group, parent):
        _refuse_locked(each)
    misfits = [problem.details for problem in _wrong_members(tree, group, parent.evaluation_scope, parent)]
    if misfits:
        raise WrongStateError(f"the members of the group cannot move to its parent: {misfits[0]}")
    members = list(tree.members[parent.id])
    place = members.index(("group", group_id))
    members[place : place + 1] = tree.members[group_id]
    await store.place_members(tx, {parent.id: members})
    await store.delete_groups(tx, application_id, [group_id], heir=tree.base_id)


def _group(tree: Tree, group_id: int) -> Row[Any]:
    group = tree.groups.get(group_id)
    if group is None:
        raise _missing(group_id)
    return group


def _missing(group_id: int) -> NotFoundError:
    return NotFoundError(f"there is no evaluation group `{group_id}` in this application")


def _parent(tree: Tree, parent_id: int | None) -> Row[Any]:
    parent = None if parent_id is None else tree.groups.get(parent_id)
    if parent is None:
        raise InvalidError.at("/parentId", "Unknown", f"there is no evaluation group `{parent_id}`")
    _refuse_locked(parent)
    return parent


def _new_parent(tree: Tree, group: Row[Any], parent_id: int | None) -> Row[Any]:
    if group.parent_id is None:
        raise InvalidError.at("/parentId", "invalid", "the base group has no parent")
    _refuse_locked(tree.groups[group.parent_id])
    parent = _parent(tree, parent_id)
    if parent.id in tree.below(group.id):
        raise InvalidError.at("/parentId", "invalid", "a group cannot stand in itself")
    return parent


def _refuse_locked(group: Row[Any]) -> None:
    if group.locked:
        raise WrongStateError(f"the group `{group.name}` is locked: unlock it first")


def _wrong_place(parent: Row[Any], scope: str, *, is_too_deep: bool = False) -> Iterator[Problem]:
    if is_too_deep:
        details = f"groups stand at most {GROUP_DEPTH_MAX} levels below the base group"
        yield Problem(title="maximum", details=details, pointer="/parentId")
    details_of_scope = group_misfit(scope, parent.name, parent.evaluation_scope)
    if details_of_scope is not None:
        yield Problem(title="invalid", details=details_of_scope, pointer="/evaluationScope")


def _wrong_members(
    tree: Tree, group: Row[Any], scope: str, into: Row[Any] | None = None
) -> Iterator[Problem]:
    """Yield the reasons why the members of a group would not fit a scope; ``into`` is the group they would move to,
    if another."""
    into = group if into is None else into
    if into.parent_id is None and scope != "session":
        yield Problem(
            title="invalid", details="the scope of the base group is `session`", pointer="/evaluationScope"
        )
    for kind, member in tree.members[group.id]:
        if kind == "campaign":
            of_type = tree.campaigns[member].type
            details = campaign_misfit(of_type, into.name, scope, is_base=into.parent_id is None)
        else:
            details = group_misfit(tree.groups[member].evaluation_scope, into.name, scope)
        if details is not None:
            yield Problem(title="invalid", details=details, pointer="/evaluationScope")


def _refuse(problems: Iterator[Problem] | list[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidError(*found)


def _columns(new: NewEvaluationGroup | UpdateEvaluationGroup) -> dict[str, Any]:
    return {
        "name": new.name,
        "description": new.description,
        "evaluation_mode": new.evaluation_mode,
        "evaluation_scope": new.evaluation_scope,
        "locked": new.locked,
    }
