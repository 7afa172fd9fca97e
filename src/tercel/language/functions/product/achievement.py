"""Achievements: conditions on them, and progress."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import EFFECT, Family
from tercel.language.values.kinds import BOOLEAN, NULL, NUMBER

FAMILY = Family("Achievements")

_ID = "achievement:number|string@achievements"

FAMILY.hosted(
    "achievementStarted",
    _ID,
    BOOLEAN,
    doc="Tell whether the profile has started the achievement.",
    phrases="achievement {0} is started|achievement {0} is not started",
    blocks="checkAchievement achievement operator=started|not(started)",
)
FAMILY.hosted(
    "achievementInProgress",
    _ID,
    BOOLEAN,
    doc="Tell whether the achievement is started and not yet completed.",
    phrases="achievement {0} is in progress|achievement {0} is not in progress",
    blocks="checkAchievement achievement operator=inProgress|not(inProgress)",
)
FAMILY.hosted(
    "achievementCompleted",
    _ID,
    BOOLEAN,
    doc="Tell whether the achievement is completed in the current period.",
    phrases="achievement {0} is completed|achievement {0} is not completed",
    blocks="checkAchievement achievement operator=completed|not(completed)",
)
FAMILY.hosted(
    "achievementJustCompleted",
    _ID,
    BOOLEAN,
    doc="Tell whether an effect of this evaluation completed the achievement.",
    phrases="achievement {0} was just completed",
    blocks="checkAchievement achievement operator=justCompleted",
)
FAMILY.hosted(
    "achievementProgress",
    _ID,
    NUMBER,
    doc="Return the progress so far; 0 when not started.",
    phrases="the progress in achievement {0}",
)
FAMILY.hosted(
    "increaseAchievementProgress",
    f"{_ID} value:number",
    NULL,
    doc="Add to the progress; start the achievement if needed.",
    errors="negativeValue range",
    flags=EFFECT,
    phrases="increase the progress in achievement {0} by {1}",
    blocks="updateAchievementProgress achievement value:digits operator=increaseBy",
)
FAMILY.hosted(
    "startAchievementProgress",
    _ID,
    NULL,
    doc="Start the achievement.",
    flags=EFFECT,
    phrases="start achievement {0}",
)
