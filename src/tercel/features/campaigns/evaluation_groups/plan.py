"""From a tree as a document to what must be written, with everything that is wrong with it."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Row

from tercel.base.errors import Problem
from tercel.base.limits import GROUP_DEPTH_MAX, GROUPS_PER_APPLICATION_MAX
from tercel.features.campaigns.evaluation_groups.model import GroupNode
from tercel.features.campaigns.evaluation_groups.tree import (
    Member,
    Tree,
    campaign_misfit,
    group_misfit,
)


class PlannedGroup(msgspec.Struct, kw_only=True):
    """A group as it shall be. ``id`` is None for a new one; ``parent`` and the groups among ``members`` are indices into
    the plan."""

    id: int | None
    parent: int | None
    settings: dict[str, Any]
    members: list[Member] = []


class Plan(msgspec.Struct):
    """All groups, parents first, and what is wrong."""

    groups: list[PlannedGroup] = []
    problems: list[Problem] = []


def make_plan(tree: Tree, root: GroupNode) -> Plan:
    """Check a document against the tree that it shall replace."""
    planner = _Planner(tree)
    if root.group_id is UNSET:
        root = msgspec.structs.replace(root, group_id=tree.base_id)
    if root.group_id != tree.base_id:
        planner.blame("/set/groupId", "invalid", f"the outermost set is the base group `{tree.base_id}`")
    else:
        planner.add_group(root, None, 0, "/set")
        planner.check_whole()
    return planner.plan


class _Planner:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.plan = Plan()
        self.seen: set[Member] = set()

    def blame(self, pointer: str, title: str, details: str) -> None:
        self.plan.problems.append(Problem(title=title, details=details, pointer=pointer))

    def add_group(self, node: GroupNode, parent: int | None, depth: int, pointer: str) -> int | None:
        """Plan a group with everything in it; its index, None when it cannot be."""
        current = None
        if node.group_id is not UNSET:
            current = self.tree.groups.get(node.group_id)
            if current is None or not self.is_new("group", node.group_id, f"{pointer}/groupId"):
                if current is None:
                    self.blame(f"{pointer}/groupId", "Unknown", f"there is no group `{node.group_id}`")
                return None
        if depth > GROUP_DEPTH_MAX:
            details = f"groups stand at most {GROUP_DEPTH_MAX} levels below the base group"
            self.blame(pointer, "maximum", details)
            return None
        group = PlannedGroup(
            id=None if current is None else current.id, parent=parent, settings=_settings(node, current)
        )
        index = len(self.plan.groups)
        self.plan.groups.append(group)
        self.check_scope(group, f"{pointer}/evaluationScope")
        for place, element in enumerate(node.elements):
            below = f"{pointer}/elements/{place}"
            if isinstance(element, GroupNode):
                child = self.add_group(element, index, depth + 1, below)
                if child is not None:
                    group.members.append(("group", child))
            elif self.takes(group, element.campaign_id, f"{below}/campaignId"):
                group.members.append(("campaign", element.campaign_id))
        self.check_lock(group, current, pointer)
        return index

    def is_new(self, kind: str, number: int, pointer: str) -> bool:
        is_new = (kind, number) not in self.seen
        self.seen.add((kind, number))
        if not is_new:
            self.blame(pointer, "uniqueItems", f"{kind} `{number}` is named twice")
        return is_new

    def check_scope(self, group: PlannedGroup, pointer: str) -> None:
        scope = group.settings["evaluation_scope"]
        if group.parent is None:
            if scope != "session":
                self.blame(pointer, "invalid", "the scope of the base group is `session`")
            return
        parent = self.plan.groups[group.parent].settings
        details = group_misfit(scope, parent["name"], parent["evaluation_scope"])
        if details is not None:
            self.blame(pointer, "invalid", details)

    def takes(self, group: PlannedGroup, campaign_id: int, pointer: str) -> bool:
        campaign = self.tree.campaigns.get(campaign_id)
        if campaign is None:
            details = f"there is no campaign `{campaign_id}`, or it is archived"
            self.blame(pointer, "Unknown", details)
            return False
        settings = group.settings
        misfit = campaign_misfit(
            campaign.type, settings["name"], settings["evaluation_scope"], is_base=group.parent is None
        )
        if misfit is not None:
            self.blame(pointer, "invalid", misfit)
        return self.is_new("campaign", campaign_id, pointer)

    def check_lock(self, group: PlannedGroup, current: Row[Any] | None, pointer: str) -> None:
        if current is None or not current.locked or not group.settings["locked"]:
            return
        members = [
            (kind, self.plan.groups[member].id if kind == "group" else member)
            for kind, member in group.members
        ]
        parent = None if group.parent is None else self.plan.groups[group.parent].id
        is_same = members == list(self.tree.members[current.id]) and parent == current.parent_id
        if not is_same or any(getattr(current, name) != value for name, value in group.settings.items()):
            self.blame(pointer, "locked", f"the group `{current.name}` is locked: unlock it first")

    def check_whole(self) -> None:
        """Check that every campaign has a place, no locked group disappears, and there are not too many."""
        for campaign_id in self.tree.campaigns:
            if ("campaign", campaign_id) not in self.seen:
                self.blame(
                    "/set",
                    "required",
                    f"campaign `{campaign_id}` is missing: name every one that is not archived",
                )
        for group_id, group in self.tree.groups.items():
            if group.locked and ("group", group_id) not in self.seen:
                self.blame("/set", "locked", f"the group `{group.name}` is locked: it cannot be deleted")
        if len(self.plan.groups) > GROUPS_PER_APPLICATION_MAX + 1:
            self.blame("/set", "maximum", f"an application has at most {GROUPS_PER_APPLICATION_MAX} groups")


def _settings(node: GroupNode, current: Row[Any] | None) -> dict[str, Any]:
    return {
        "name": node.name,
        "description": _given(node.description, current.description if current else ""),
        "evaluation_mode": _given(node.evaluation_mode, _mode(node.operator, current)),
        "evaluation_scope": _given(node.evaluation_scope, current.evaluation_scope if current else "session"),
        "locked": _given(node.locked, current.locked if current else False),
    }


def _given(value: Any, otherwise: Any) -> Any:
    return otherwise if value is UNSET else value


def _mode(operator: str, current: Row[Any] | None) -> str:
    """Return the mode that the operator means: FIRST is ``listOrder``; ALL leaves any other mode as it is."""
    if operator == "FIRST":
        return "listOrder"
    if current is None or current.evaluation_mode == "listOrder":
        return "stackable"
    return str(current.evaluation_mode)
