"""The whole product behind the language, for one evaluation."""

from __future__ import annotations

from tercel.evaluation.host.achievements import AchievementDesk
from tercel.evaluation.host.attributes import AttributeDesk
from tercel.evaluation.host.cart import CartDesk
from tercel.evaluation.host.codes import CodeDesk
from tercel.evaluation.host.conditions import ConditionDesk
from tercel.evaluation.host.costs import CostDesk
from tercel.evaluation.host.loyalty import LoyaltyDesk
from tercel.evaluation.host.messages import MessageDesk
from tercel.evaluation.host.rewards import RewardDesk
from tercel.evaluation.host.spread import SpreadDesk


class EvaluationHost(
    ConditionDesk,
    CartDesk,
    SpreadDesk,
    CostDesk,
    RewardDesk,
    CodeDesk,
    LoyaltyDesk,
    AchievementDesk,
    AttributeDesk,
    MessageDesk,
):
    """All families together; what ``tercel.language.running.host.Host`` asks for."""

    __slots__ = ()
