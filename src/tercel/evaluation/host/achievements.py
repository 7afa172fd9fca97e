"""Achievements: progress as a condition and as an effect (integration.md 3.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.effects.achievements import IncreaseAchievementProgress, StartAchievementProgress
from tercel.evaluation.host.desk import Desk, amount_of
from tercel.evaluation.host.plain import in_utc
from tercel.evaluation.membership import Achievement, Achievements
from tercel.evaluation.snapshot import AchievementFacts
from tercel.language.errors import MissingError, RangeError

_RUNNING = {"notStarted", "inProgress"}


class AchievementDesk(Desk):
    """Conditions and effects on achievements of the current profile."""

    __slots__ = ()

    def achievement_state(self, achievement: Any) -> str:
        """The state with what this evaluation added."""
        return self.state_of(self.find_achievement(achievement))

    def achievement_just_completed(self, achievement: Any) -> bool:
        """Whether this evaluation completed it."""
        facts = self.find_achievement(achievement)
        return facts.state != "completed" and self.state_of(facts) == "completed"

    def achievement_progress(self, achievement: Any) -> Decimal:
        """The progress with what this evaluation added."""
        return self.progress_of(self.find_achievement(achievement))

    def increase_achievement_progress(self, achievement: Any, value: Decimal) -> None:
        """More progress; one that is over takes none."""
        facts = self.find_achievement(achievement)
        delta = amount_of(value)
        self.need_profile("Current")
        if self.state_of(facts) not in _RUNNING:
            raise RangeError(f"achievement `{facts.name}` is over")
        progress = self.progress_of(facts) + delta
        is_completed = progress >= facts.target
        self.working.remember(("progress", facts.id), progress)
        self.working.remember(("state", facts.id), "completed" if is_completed else "inProgress")
        effect = IncreaseAchievementProgress(
            achievement_id=facts.id,
            achievement_name=facts.name,
            progress_tracker_id=facts.tracker_id,
            delta=delta,
            value=progress,
            target=facts.target,
            is_just_completed=is_completed,
        )
        self.book("increaseAchievementProgress", delta, self.record(effect))

    def start_achievement_progress(self, achievement: Any) -> None:
        """Begin an achievement; one that runs already is left alone."""
        facts = self.find_achievement(achievement)
        self.need_profile("Current")
        if self.state_of(facts) != "notStarted":
            return
        self.working.remember(("state", facts.id), "inProgress")
        effect = StartAchievementProgress(
            facts.id,
            facts.name,
            facts.tracker_id or 0,
            facts.target,
            in_utc(self.run.now),
            facts.ends_at and in_utc(facts.ends_at),
        )
        self.book("startAchievementProgress", ZERO, self.record(effect))

    def find_achievement(self, achievement: Any) -> AchievementFacts:
        """The achievement of an id or an API name."""
        known = self.snapshot.achievements
        if isinstance(achievement, str) and achievement in known:
            return known[achievement]
        for facts in known.values():
            if facts.id == achievement:
                return facts
        raise MissingError(f"there is no achievement `{achievement}`")

    def state_of(self, facts: AchievementFacts) -> str:
        """The state of an achievement now."""
        state: str = self.working.memory.get(("state", facts.id), facts.state)
        return state

    def progress_of(self, facts: AchievementFacts) -> Decimal:
        """The progress of an achievement now."""
        progress: Decimal = self.working.memory.get(("progress", facts.id), facts.value)
        return progress

    def achievements(self) -> Achievements:
        """The global ``Achievements``."""

        def find(name: str) -> Achievement | None:
            facts = self.snapshot.achievements.get(name)
            return (
                None if facts is None else Achievement(facts, self.progress_of(facts), self.state_of(facts))
            )

        return Achievements(find)
