"""When campaigns were last active, as far as this process has told the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

#: The time of a campaign's last activity is for people: it is brought up to date at most that often.
PRECISION = timedelta(minutes=1)


class Activity:
    """What was written lately, so that most batches need not write it again."""

    def __init__(self) -> None:
        self._written: dict[int, datetime] = {}

    def due(self, active: Mapping[int, datetime]) -> dict[int, datetime]:
        """The campaigns that the database does not know to be active now; a clock that was put back counts as well."""
        return {
            campaign: at
            for campaign, at in active.items()
            if campaign not in self._written or abs(at - self._written[campaign]) >= PRECISION
        }

    def note(self, written: Mapping[int, datetime]) -> None:
        """These were written."""
        self._written.update(written)
