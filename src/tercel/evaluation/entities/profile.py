"""The entity ``Profile``: a customer, as rules see one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from tercel.evaluation.snapshot import ProfileFacts
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    LIST,
    MAP,
    NUMBER,
    STRING,
    TIME,
)


class Profile(Entity):
    """The customer of the session, or the advocate of the referral in scope."""

    __slots__ = ("attributes", "audience_ids", "closed_sessions", "facts", "total_sales")
    FIELDS: ClassVar[dict[str, Field]] = {
        "IntegrationId": Field("integration_id", STRING, "id that the client chose"),
        "Attributes": Field("attributes", MAP, "attributes of the profile by name"),
        "ClosedSessions": Field("closed_sessions", NUMBER, "number of closed sessions"),
        "TotalSales": Field("total_sales", NUMBER, "sum of the totals of closed sessions, before discounts"),
        "Created": Field("created", TIME, "when the profile was created"),
        "LastActivity": Field("last_activity", TIME, "when rules were last run for the profile"),
        "Audiences": Field("audiences", LIST, "ids of the audiences it belongs to"),
    }

    def __init__(self, facts: ProfileFacts) -> None:
        self.facts = facts
        self.attributes = facts.attributes
        self.audience_ids = facts.audiences
        self.closed_sessions = Decimal(facts.closed_sessions)
        self.total_sales = facts.total_sales

    @property
    def integration_id(self) -> str:
        """The id that the client chose."""
        return self.facts.integration_id

    @property
    def created(self) -> datetime:
        """Creation time."""
        return self.facts.created

    @property
    def last_activity(self) -> datetime | None:
        """Time of the last evaluation."""
        return self.facts.last_activity

    @property
    def audiences(self) -> list[Decimal]:
        """Audience ids, ascending, with the changes of this evaluation."""
        return [Decimal(audience) for audience in sorted(self.audience_ids)]
