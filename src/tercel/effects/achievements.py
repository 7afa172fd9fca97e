"""Effects on the progress of achievements (integration.md 3.7)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from tercel.effects.props import Props


class StartAchievementProgress(Props, gc=False):
    """A profile begins an achievement."""

    effect_type: ClassVar[str] = "startAchievementProgress"
    achievement_id: int
    achievement_name: str
    progress_tracker_id: int
    target: Decimal
    start_date: datetime
    end_date: datetime | None = None


class IncreaseAchievementProgress(Props, gc=False, kw_only=True):
    """Progress grew by ``delta`` to ``value``."""

    effect_type: ClassVar[str] = "increaseAchievementProgress"
    achievement_id: int
    achievement_name: str
    progress_tracker_id: int | None = None
    delta: Decimal
    value: Decimal
    target: Decimal
    is_just_completed: bool
