"""Active points as lots with a start and an end, for tests of what depends on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class Span(NamedTuple):
    """Points that are active from a moment on, until another if they end."""

    amount: Decimal
    start: datetime
    end: datetime | None = None


class Course:
    """The points of some spans."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans

    def active_at(self, moment: datetime) -> Decimal:
        return sum(
            (
                span.amount
                for span in self.spans
                if span.start <= moment and (span.end is None or moment < span.end)
            ),
            Decimal(0),
        )

    def moments(self, since: datetime, until: datetime) -> list[datetime]:
        found = {moment for span in self.spans for moment in (span.start, span.end) if moment is not None}
        return sorted(moment for moment in found if since < moment <= until)
