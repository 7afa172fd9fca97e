"""The entities ``Store`` and ``Event``: where a request comes from, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from tercel.evaluation.snapshot import EventFacts, StoreFacts
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import MAP, STRING, TIME


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
    """The event being processed. ``Type`` is the first of its types; ``eventIs`` compares with all of them."""

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
