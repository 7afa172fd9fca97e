"""Effects on the progress of achievements (behaviour/effects 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from tercel.effects.props import Props


class StartAchievementProgress(Props, gc=False):
    """A profile begins an achievement."""

    effect_type: ClassVar[str] = "startAchievementProgress"
    action: ClassVar[str] = "startAchievementProgress"
    shop: ClassVar[str] = "Show that it began."
    achievement_id: int
    achievement_name: str
    progress_tracker_id: int
    target: Decimal
    start_date: datetime
    end_date: datetime | None = None


class IncreaseAchievementProgress(Props, gc=False, kw_only=True):
    """Progress grew by ``delta`` to ``value``."""

    effect_type: ClassVar[str] = "increaseAchievementProgress"
    action: ClassVar[str] = "increaseAchievementProgress"
    shop: ClassVar[str] = "Show the progress, and celebrate `isJustCompleted`."
    achievement_id: int
    achievement_name: str
    progress_tracker_id: int | None = None
    delta: Decimal
    value: Decimal
    target: Decimal
    is_just_completed: bool

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> RollbackIncreasedAchievementProgress:
        """Return the effect that takes the progress back."""
        delta, value = Decimal(props["delta"]), Decimal(props["value"])
        return RollbackIncreasedAchievementProgress(
            props["achievementId"],
            props["achievementName"],
            props.get("progressTrackerId", 0),
            delta,
            value - delta,
            Decimal(props["target"]),
        )


class RollbackIncreasedAchievementProgress(Props, gc=False):
    """Progress is taken back."""

    effect_type: ClassVar[str] = "rollbackIncreasedAchievementProgress"
    shop: ClassVar[str] = "Show the lower progress."
    achievement_id: int
    achievement_name: str
    progress_tracker_id: int
    decrease_progress_by: Decimal
    current_progress: Decimal
    target: Decimal
