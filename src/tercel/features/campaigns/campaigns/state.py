"""The state that people see: what is stored, and where now lies in the schedule (behaviour/campaigns 3).

A campaign runs from its start up to but without its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from tercel.database.tables.campaigns import campaigns
from tercel.features.campaigns.campaigns.model import CampaignState, FrontendState


def frontend_state(
    state: str, *, start: datetime | None, end: datetime | None, now: datetime
) -> FrontendState:
    """Return the visible state of a campaign."""
    if state == "archived":
        return "archived"
    if state == "disabled":
        return "disabled"
    if end is not None and end <= now:
        return "expired"
    if start is not None and start > now:
        return "scheduled"
    return "running"


def is_in_state(wanted: CampaignState, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a query for campaigns in a visible state. ``enabled`` is all that is neither disabled
    nor archived."""
    table = campaigns.c
    if wanted == "staged":
        return false()
    if wanted in ("enabled", "disabled", "archived"):
        return table.state == wanted
    has_ended: ColumnElement[Any] = and_(table.end_time.is_not(None), table.end_time <= now)
    is_ahead: ColumnElement[Any] = and_(table.start_time.is_not(None), table.start_time > now)
    in_time: ColumnElement[bool]
    if wanted == "expired":
        in_time = has_ended
    elif wanted == "scheduled":
        in_time = and_(is_ahead, ~has_ended)
    else:
        in_time = ~or_(has_ended, is_ahead)
    return and_(table.state == "enabled", in_time)
