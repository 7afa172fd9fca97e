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


@FAMILY.define("achievementStarted", _ID, BOOLEAN, doc="Whether the profile has started the achievement.")
def achievement_started(run: Run, achievement: Any) -> bool:
    return host_of(run).achievement_state(achievement) != "notStarted"


@FAMILY.define("achievementInProgress", _ID, BOOLEAN, doc="Whether the achievement is started and not yet completed.")
def achievement_in_progress(run: Run, achievement: Any) -> bool:
    return host_of(run).achievement_state(achievement) == "inProgress"


@FAMILY.define("achievementCompleted", _ID, BOOLEAN, doc="Whether the achievement is completed in the current period.")
def achievement_completed(run: Run, achievement: Any) -> bool:
    return host_of(run).achievement_state(achievement) == "completed"


@FAMILY.define(
    "achievementJustCompleted", _ID, BOOLEAN, doc="Whether an effect of this evaluation completed the achievement."
)
def achievement_just_completed(run: Run, achievement: Any) -> bool:
    return host_of(run).achievement_just_completed(achievement)


@FAMILY.define("achievementProgress", _ID, NUMBER, doc="The progress so far; 0 when not started.")
def achievement_progress(run: Run, achievement: Any) -> Decimal:
    return host_of(run).achievement_progress(achievement)


@FAMILY.define(
    "increaseAchievementProgress",
    f"{_ID} value:number",
    NULL,
    doc="Adds to the progress; starts the achievement if needed.",
    errors="negativeValue range",
    flags=EFFECT,
)
def increase_achievement_progress(run: Run, achievement: Any, value: Decimal) -> None:
    host_of(run).increase_achievement_progress(achievement, value)


@FAMILY.define("startAchievementProgress", _ID, NULL, doc="Starts the achievement.", flags=EFFECT)
def start_achievement_progress(run: Run, achievement: Any) -> None:
    host_of(run).start_achievement_progress(achievement)
