"""Entities `Campaign`, `Application`, `Account`, `Store` and `Event` of the rule language (behaviour/evaluation 7)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    ENTITY,
    LIST,
    MAP,
    NUMBER,
    STRING,
    TIME,
)


class Campaign(Entity):
    """The campaign whose rules run."""

    __slots__ = ("attributes", "end_time", "id_number", "name", "start_time", "tags")
    FIELDS: ClassVar[dict[str, Field]] = {
        "Id": Field("id_number", NUMBER, "id of the campaign"),
        "Name": Field("name", STRING, "name of the campaign"),
        "StartTime": Field("start_time", TIME, "when it starts; unset without a start"),
        "EndTime": Field("end_time", TIME, "when it ends; unset without an end"),
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
