"""When campaigns were last active, as orders tell it and as far as this process has told the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tercel.base.codec import encode
from tercel.database.round_trip import Statement
from tercel.pipeline.aggregate import Aggregate, Work
from tercel.pipeline.owner import Owner
from tercel.pipeline.write import Write, spelled

#: The time of a campaign's last activity is for people: it is brought up to date at most that often.
PRECISION = timedelta(minutes=1)

# Once in the life of a campaign.
START_ACTIVITY = """INSERT INTO campaign_activity (application_id, campaign_id, last_activity)
    SELECT %s, r.id, r.at FROM jsonb_to_recordset(%s::jsonb) AS r(id BIGINT, at TIMESTAMPTZ)
    ORDER BY r.id ON CONFLICT DO NOTHING"""

# Another process may have been first, and no command waits for the time of a campaign's last activity.
TOUCH_CAMPAIGNS = """UPDATE campaign_activity AS c SET last_activity = r.at
    FROM jsonb_to_recordset(%s::jsonb) AS r(id BIGINT, at TIMESTAMPTZ)
    WHERE c.application_id = %s AND c.campaign_id = r.id AND c.campaign_id IN (
        SELECT q.campaign_id FROM campaign_activity AS q
        JOIN jsonb_to_recordset(%s::jsonb) AS s(id BIGINT, at TIMESTAMPTZ) ON q.campaign_id = s.id
        WHERE q.application_id = %s AND q.last_activity < s.at - interval '1 minute'
        FOR NO KEY UPDATE OF q SKIP LOCKED)"""


class ActivityChanges(dict[int, datetime]):
    """Campaigns that gave something, and when."""

    def merge(self, later: ActivityChanges, _: Work, /) -> None:
        """Take over when one more command saw them active."""
        self.update(later)

    def touch(self, owner: Owner, /) -> Iterator[Statement]:
        """Write the times, unless another process just did."""
        if self:
            times = encode([{"id": campaign, "at": at} for campaign, at in self.items()])
            application = spelled(owner.application_id)
            yield Statement(START_ACTIVITY, (application, times))
            yield Statement(TOUCH_CAMPAIGNS, (times, application, times, application))


class ActivityMemory:
    """What was written lately, so that most batches need not write it again."""

    def __init__(self) -> None:
        self._written: dict[int, datetime] = {}

    def spare(self, delta: ActivityChanges, /) -> None:
        """Leave what the database does not know to be active now; a clock that was put back counts as well."""
        for campaign, at in list(delta.items()):
            written = self._written.get(campaign)
            if written is not None and abs(at - written) < PRECISION:
                del delta[campaign]

    def note(self, delta: ActivityChanges, /) -> None:
        """Note that these activities were written."""
        self._written.update(delta)


ACTIVITY = Aggregate[None, ActivityChanges](
    "activity of campaigns", rows=lambda: None, delta=ActivityChanges, memory=ActivityMemory
)

TOUCH = Write(ACTIVITY, ActivityChanges.touch)
