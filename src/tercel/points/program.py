"""What a loyalty program says about points (behaviour/loyalty 1)."""

from __future__ import annotations

from datetime import tzinfo
from enum import StrEnum

import msgspec

from tercel.base.durations import IMMEDIATE, UNLIMITED
from tercel.points.spending import ReturnPolicy
from tercel.points.tiers.ladder import Ladder
from tercel.points.tiers.replay import Scheme


class JoinPolicy(StrEnum):
    """What makes a customer join a program."""

    NOT_JOIN = "not_join"
    POINTS_ACTIVATED = "points_activated"
    POINTS_EARNED = "points_earned"


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A program, as far as ledgers and rules need it. ``default_pending`` and ``default_validity`` are durations;
    ``tier_attribute`` is the attribute of customers that says when their tier ends."""

    id: int
    name: str
    title: str
    zone: tzinfo
    sandbox: bool = False
    is_card_based: bool = False
    allows_subledgers: bool = True
    users_per_card_max: int = 0
    default_pending: str = IMMEDIATE
    default_validity: str = UNLIMITED
    join_policy: JoinPolicy = JoinPolicy.NOT_JOIN
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE
    application_ids: frozenset[int] = frozenset()
    tiers: Scheme = Scheme(Ladder(()))
    tier_attribute: str | None = None
