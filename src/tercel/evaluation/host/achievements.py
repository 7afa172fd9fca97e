"""Achievements: progress as a condition and as an effect (behaviour/effects 10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.numbers import ZERO
from tercel.effects.achievements import IncreaseAchievementProgress, StartAchievementProgress
from tercel.evaluation.entities.achievements import Achievement, Achievements
from tercel.evaluation.host.desk import Desk, amount_of
from tercel.evaluation.host.plain import in_utc
from tercel.evaluation.snapshot import AchievementFacts
from tercel.language.errors import MissingError, RangeError

_RUNNING = {"notStarted", "inProgress"}


class AchievementDesk(Desk):
    """Conditions and effects on achievements of the current profile."""

    __slots__ = ()

    def achievement_started(self, achievement: Any) -> bool:
        """Tell whether the achievement has been started, this evaluation included."""
        return self.state_of(self.find_achievement(achievement)) != "notStarted"

    def achievement_in_progress(self, achievement: Any) -> bool:
        """Tell whether the achievement is started and not completed, this evaluation included."""
        return self.state_of(self.find_achievement(achievement)) == "inProgress"

    def achievement_completed(self, achievement: Any) -> bool:
        """Tell whether the achievement is completed, this evaluation included."""
        return self.state_of(self.find_achievement(achievement)) == "completed"

    def achievement_just_completed(self, achievement: Any) -> bool:
        """Tell whether this evaluation completed the achievement."""
        facts = self.find_achievement(achievement)
        return facts.state != "completed" and self.state_of(facts) == "completed"

    def achievement_progress(self, achievement: Any) -> Decimal:
        """Return the progress of an achievement, with what this evaluation added."""
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
        # What is added, not what is reached: campaigns that were tried apart add up.
        journal = self.journal
        journal.put(journal.progress, facts.id, journal.progress.get(facts.id, ZERO) + delta)
        journal.put(journal.states, facts.id, "completed" if is_completed else "inProgress")
        effect = IncreaseAchievementProgress(
            achievement_id=facts.id,
            achievement_name=facts.name,
            progress_tracker_id=facts.tracker_id,
            delta=delta,
            value=progress,
            target=facts.target,
            is_just_completed=is_completed,
        )
        self.give(effect, delta)

    def start_achievement_progress(self, achievement: Any) -> None:
        """Begin an achievement; one that runs already is left alone."""
        facts = self.find_achievement(achievement)
        self.need_profile("Current")
        if self.state_of(facts) != "notStarted":
            return
        self.journal.put(self.journal.states, facts.id, "inProgress")
        effect = StartAchievementProgress(
            facts.id,
            facts.name,
            facts.tracker_id or 0,
            facts.target,
            in_utc(self.run.now),
            facts.ends_at and in_utc(facts.ends_at),
        )
        self.give(effect, ZERO)

    def find_achievement(self, achievement: Any) -> AchievementFacts:
        """Return the achievement of an id or an API name."""
        known = self.snapshot.achievements
        if isinstance(achievement, str) and achievement in known:
            return known[achievement]
        for facts in known.values():
            if facts.id == achievement:
                return facts
        raise MissingError(f"there is no achievement `{achievement}`")

    def state_of(self, facts: AchievementFacts) -> str:
        """Return the state of an achievement now."""
        state = self.journal.states.get(facts.id, facts.state)
        added = self.journal.progress.get(facts.id, ZERO)
        # Because: of campaigns that were tried apart none may have reached the target that they reach together.
        return (
            "completed" if state == "inProgress" and added and facts.value + added >= facts.target else state
        )

    def progress_of(self, facts: AchievementFacts) -> Decimal:
        """Return the progress of an achievement now."""
        return facts.value + self.journal.progress.get(facts.id, ZERO)

    def achievements(self) -> Achievements:
        """Return the global ``Achievements``."""

        def find(name: str) -> Achievement | None:
            facts = self.snapshot.achievements.get(name)
            return (
                None if facts is None else Achievement(facts, self.progress_of(facts), self.state_of(facts))
            )

        return Achievements(find)
