"""Achievements: conditions on them, and progress."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of
from tercel.language.kinds import BOOLEAN, NULL, NUMBER
from tercel.language.run import Run

FAMILY = Family("Achievements")

_ID = "achievement:number|string"


@FAMILY.define(
    "achievementStarted",
    _ID,
    BOOLEAN,
)
def achievement_started(run: Run, achievement: Any) -> bool:
    """Whether the profile has started the achievement."""
    return host_of(run).achievement_state(achievement) != "notStarted"


@FAMILY.define(
    "achievementInProgress",
    _ID,
    BOOLEAN,
)
def achievement_in_progress(run: Run, achievement: Any) -> bool:
    """Whether the achievement is started and not yet completed."""
    return host_of(run).achievement_state(achievement) == "inProgress"


@FAMILY.define(
    "achievementCompleted",
    _ID,
    BOOLEAN,
)
def achievement_completed(run: Run, achievement: Any) -> bool:
    """Whether the achievement is completed in the current period."""
    return host_of(run).achievement_state(achievement) == "completed"


@FAMILY.define(
    "achievementJustCompleted",
    _ID,
    BOOLEAN,
)
def achievement_just_completed(run: Run, achievement: Any) -> bool:
    """Whether an effect of this evaluation completed the achievement."""
    return host_of(run).achievement_just_completed(achievement)


@FAMILY.define(
    "achievementProgress",
    _ID,
    NUMBER,
)
def achievement_progress(run: Run, achievement: Any) -> Decimal:
    """The progress so far; 0 when not started."""
    return host_of(run).achievement_progress(achievement)


@FAMILY.define(
    "increaseAchievementProgress",
    f"{_ID} value:number",
    NULL,
    errors="negativeValue range",
    flags=EFFECT,
)
def increase_achievement_progress(run: Run, achievement: Any, value: Decimal) -> None:
    """Adds to the progress; starts the achievement if needed."""
    host_of(run).increase_achievement_progress(achievement, value)


@FAMILY.define("startAchievementProgress", _ID, NULL, flags=EFFECT)
def start_achievement_progress(run: Run, achievement: Any) -> None:
    """Starts the achievement."""
    host_of(run).start_achievement_progress(achievement)
