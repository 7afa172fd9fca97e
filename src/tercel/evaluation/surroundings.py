"""What a session happens in: campaign, application, account, store and event, as rules see them (rules.md 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.snapshot import EventFacts, StoreFacts
from tercel.language.entity import Entity, Field
from tercel.language.kinds import ENTITY, LIST, MAP, NUMBER, STRING, TIME


class Campaign(Entity):
    """The campaign whose rules run."""

    __slots__ = ("attributes", "end_time", "id_number", "name", "start_time", "tags")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Id": Field("id_number", NUMBER, "id of the campaign"),
        "Name": Field("name", STRING, "name of the campaign"),
        "StartTime": Field("start_time", TIME, "when it starts"),
        "EndTime": Field("end_time", TIME, "when it ends"),
        "Tags": Field("tags", LIST, "its tags"),
        "Attributes": Field("attributes", MAP, "attributes of the campaign by name"),
    }

    def __init__(self, facts: CampaignFacts) -> None:
        self.id_number = Decimal(facts.id)
        self.name = facts.name
        self.start_time = facts.start_time
        self.end_time = facts.end_time
        self.tags = list(facts.tags)
        self.attributes = facts.attributes


class Account(Entity):
    """The account that owns everything."""

    __slots__ = ("id_number",)
    FIELDS: ClassVar[dict[str, Field]] = {"Id": Field("id_number", NUMBER, "id of the account")}

    def __init__(self, account_id: int) -> None:
        self.id_number = Decimal(account_id)


class Application(Entity):
    """The application that the request belongs to."""

    __slots__ = ("account", "attributes", "currency", "id_number", "name", "timezone")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Id": Field("id_number", NUMBER, "id of the application"),
        "Name": Field("name", STRING, "name of the application"),
        "Currency": Field("currency", STRING, "currency code"),
        "Timezone": Field("timezone", STRING, "name of the time zone"),
        "Attributes": Field("attributes", MAP, "attributes of the application by name"),
        "Account": Field("account", ENTITY, "its account", Account),
    }

    def __init__(self, facts: ApplicationFacts) -> None:
        self.id_number = Decimal(facts.id)
        self.name = facts.name
        self.currency = facts.currency
        self.timezone = facts.timezone
        self.attributes = facts.attributes
        self.account = Account(facts.account_id)


class Store(Entity):
    """The store that the session or event names."""

    __slots__ = ("attributes", "integration_id", "name")
    FIELDS: ClassVar[dict[str, Field]] = {
        "IntegrationId": Field("integration_id", STRING, "id that the client chose"),
        "Name": Field("name", STRING, "name of the store"),
        "Attributes": Field("attributes", MAP, "attributes of the store by name"),
    }

    def __init__(self, facts: StoreFacts) -> None:
        self.integration_id = facts.integration_id
        self.name = facts.name
        self.attributes = facts.attributes


class Event(Entity):
    """The event being processed. ``Type`` is the first of its types; questions about it see them all."""

    __slots__ = ("facts",)
    FIELDS: ClassVar[dict[str, Field]] = {
        "Type": Field("type", STRING, "type of the event"),
        "Created": Field("created", TIME, "when it happened"),
        "Attributes": Field("attributes", MAP, "attributes of the event by name"),
    }

    def __init__(self, facts: EventFacts) -> None:
        self.facts = facts

    @property
    def type(self) -> str:
        """The first of its types."""
        return self.facts.types[0]

    @property
    def created(self) -> datetime:
        """When it happened."""
        return self.facts.created

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Attributes by name."""
        return self.facts.attributes
