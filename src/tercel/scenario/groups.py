"""Evaluation groups of a scenario.

``context.groups`` holds them by name, in list order, as ``{"mode": …, "scope": …, "parent": …}``; mode and scope are those of
behaviour/groups 2, 4, by default ``stackable`` and ``session``. One without a parent stands in the base group, which may
be described itself under the name ``base``. A campaign names its own as ``group``. In each group campaigns come first, then
groups, in the order of the document; groups are numbered from 1, the base group being 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercel.base.errors import InvalidError
from tercel.evaluation.facts import GroupFacts
from tercel.scenario.cases import Case

BASE = "base"


def named_groups(case: Case) -> dict[str, Mapping[str, Any]]:
    """Return the groups by name, the base group first; empty when the case has none.

    Raises:
        InvalidError: a campaign or a group names a group that is not there.
    """
    given = case.context.get("groups") or {}
    if not given:
        return {}
    groups = {BASE: given.get(BASE) or {}} | {name: group for name, group in given.items() if name != BASE}
    for name in (*map(parent_of, groups.values()), *map(group_of, case.campaigns)):
        if name not in groups:
            raise InvalidError.at("/context/groups", "not a scenario", f"there is no group `{name}`")
    return groups


def parent_of(group: Mapping[str, Any]) -> str:
    """Return the name of the group that holds a group."""
    return str(group.get("parent", BASE))


def group_of(campaign: Mapping[str, Any]) -> str:
    """Return the name of the group that holds a campaign."""
    return str(campaign.get("group", BASE))


def read_groups(case: Case) -> list[GroupFacts]:
    """Return the groups with their members."""
    groups = named_groups(case)
    numbers = {name: number for number, name in enumerate(groups, 1)}
    members: dict[str, list[tuple[str, int]]] = {name: [] for name in groups}
    if groups:
        for number, campaign in enumerate(case.campaigns, 1):
            members[group_of(campaign)].append(("campaign", number))
    for name, group in groups.items():
        if name != BASE:
            members[parent_of(group)].append(("group", numbers[name]))
    return [
        GroupFacts(
            id=numbers[name],
            mode=group.get("mode", "stackable"),
            scope=group.get("scope", "session"),
            children=tuple(members[name]),
        )
        for name, group in groups.items()
    ]
