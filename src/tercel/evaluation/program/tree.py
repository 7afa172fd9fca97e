"""The evaluation tree: groups of campaigns with a mode (behaviour/groups 1, 2).

All campaigns of a stackable group apply in order. The other modes choose among their members: ``walk`` runs them,
``choice`` decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tercel.evaluation.facts import GroupFacts


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its members in order: campaigns by id, and groups."""

    id: int | None
    mode: str
    scope: str
    children: tuple[Group | int, ...]

    def leaves(self, above: tuple[Group, ...] = ()) -> Iterator[tuple[int, tuple[Group, ...]]]:
        """Yield the campaigns below, in order of evaluation, each with its groups from the outermost on."""
        path = (*above, self)
        for child in self.children:
            if isinstance(child, Group):
                yield from child.leaves(path)
            else:
                yield child, path

    @property
    def is_plain(self) -> bool:
        """True when everything below is stackable, so that the campaigns simply run one after the other."""
        groups = [child for child in self.children if isinstance(child, Group)]
        return self.mode == "stackable" and all(group.is_plain for group in groups)


def build_tree(groups: Sequence[GroupFacts], campaign_ids: Sequence[int]) -> Group:
    """Build the tree below the first group, which is the base group. A campaign without a place joins the base group."""
    if not groups:
        return Group(None, "stackable", "session", tuple(campaign_ids))
    by_id = {group.id: group for group in groups}
    known = set(campaign_ids)
    placed = {child for group in groups for kind, child in group.children if kind == "campaign"}

    def build(facts: GroupFacts, extra: tuple[int, ...] = ()) -> Group:
        children: list[Group | int] = []
        for kind, child in facts.children:
            if kind == "group" and child in by_id:
                children.append(build(by_id[child]))
            elif kind == "campaign" and child in known:
                children.append(child)
        return Group(facts.id, facts.mode, facts.scope, (*children, *extra))

    return build(groups[0], tuple(campaign for campaign in campaign_ids if campaign not in placed))
