"""The entities ``Achievements`` and ``Achievement``, as rules see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from tercel.evaluation.snapshot import AchievementFacts
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import NUMBER, STRING, TIME


class Achievement(Entity):
    """An achievement with the progress of the profile, including that of this evaluation."""

    __slots__ = ("facts", "progress", "status")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Progress": Field("progress", NUMBER, "progress so far"),
        "Target": Field("target", NUMBER, "progress that completes it"),
        "Status": Field("status", STRING, "notStarted, inProgress, completed or expired"),
        "EndDate": Field("ends_at", TIME, "when the current period ends"),
    }

    def __init__(self, facts: AchievementFacts, progress: Decimal, status: str) -> None:
        self.facts = facts
        self.progress = progress
        self.status = status

    @property
    def target(self) -> Decimal:
        """Progress that completes it."""
        return self.facts.target

    @property
    def ends_at(self) -> datetime | None:
        """End of the current period."""
        return self.facts.ends_at


class Achievements(Entity):
    """The achievements by API name."""

    __slots__ = ("find_achievement",)

    def __init__(self, find_achievement: Callable[[str], Achievement | None]) -> None:
        self.find_achievement = find_achievement

    def find(self, name: str) -> Any:
        """Return the achievement of that name."""
        return self.find_achievement(name)
