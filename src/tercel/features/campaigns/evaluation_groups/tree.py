"""The evaluation tree of an application as it stands, and the rules of its shape (behaviour/groups 1, 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select

from tercel.base.limits import GROUP_DEPTH_MAX
from tercel.database.tables.campaigns import campaigns, evaluation_groups
from tercel.database.transaction import Transaction

#: A member of a group: ``group`` or ``campaign``, and its id.
Member = tuple[str, int]


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """Groups and campaigns by id, and the members of each group in order. Archived campaigns stand nowhere."""

    base_id: int
    groups: Mapping[int, Row[Any]]
    campaigns: Mapping[int, Row[Any]]
    members: Mapping[int, Sequence[Member]]

    def depth(self, group_id: int) -> int:
        """Count the levels between the base group and a group."""
        depth = 0
        while (parent := self.groups[group_id].parent_id) is not None:
            group_id, depth = parent, depth + 1
        return depth

    def below(self, group_id: int) -> Iterator[int]:
        """Yield a group and all groups below it."""
        yield group_id
        for kind, member in self.members[group_id]:
            if kind == "group":
                yield from self.below(member)

    def can_stand_in(self, group_id: int, parent_id: int) -> bool:
        """Tell whether a group with everything below it is not too deep in another parent."""
        height: int = max(map(self.depth, self.below(group_id))) - self.depth(group_id)
        return self.depth(parent_id) + 1 + height <= GROUP_DEPTH_MAX


async def load_tree(tx: Transaction, application_id: int) -> Tree:
    """Load the tree of an application. A campaign without a group is at the end of the base group."""
    groups = await tx.all(
        select(evaluation_groups)
        .where(evaluation_groups.c.application_id == application_id)
        .order_by(evaluation_groups.c.id)
    )
    standing = await tx.all(
        select(
            campaigns.c.id,
            campaigns.c.name,
            campaigns.c.type,
            campaigns.c.evaluation_group_id,
            campaigns.c.position,
        ).where(campaigns.c.application_id == application_id, campaigns.c.state != "archived")
    )
    base_id = next(group.id for group in groups if group.parent_id is None)
    placed: defaultdict[int, list[tuple[float, str, int]]] = defaultdict(list)
    for group in groups:
        if group.parent_id is not None:
            placed[group.parent_id].append((group.position, "group", group.id))
    for campaign in standing:
        place = float("inf") if campaign.evaluation_group_id is None else campaign.position
        placed[campaign.evaluation_group_id or base_id].append((place, "campaign", campaign.id))
    return Tree(
        base_id=base_id,
        groups={group.id: group for group in groups},
        campaigns={campaign.id: campaign for campaign in standing},
        members={
            group.id: [(kind, member) for _, kind, member in sorted(placed[group.id])] for group in groups
        },
    )


def campaign_misfit(campaign_type: str, name: str, scope: str, *, is_base: bool) -> str | None:
    """Explain why a campaign does not belong in a group, or return None. The base group takes all."""
    wanted = "cartItem" if campaign_type == "cartItem" else "session"
    if is_base or scope == wanted:
        return None
    return f"a campaign of type `{campaign_type}` belongs in a group whose scope is `{wanted}`; that of `{name}` is `{scope}`"


def group_misfit(scope: str, parent_name: str, parent_scope: str) -> str | None:
    """Explain why a group does not belong in a parent, or return None."""
    if parent_scope == "cartItem" and scope != "cartItem":
        return f"`{parent_name}` chooses for each cart item: the groups in it have the scope `cartItem` too"
    return None
