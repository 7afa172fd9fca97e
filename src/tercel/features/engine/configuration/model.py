"""The configuration of an application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from tercel.evaluation.facts import ApplicationFacts
from tercel.evaluation.program.program import Program
from tercel.features.common.attributes import AttributeDefinition
from tercel.features.engine.configuration.outgoing import Outgoing
from tercel.pipeline.owner import Owner
from tercel.points.program import Program as LoyaltyProgram

Definitions = Mapping[str, AttributeDefinition]
_NONE: Definitions = {}


class CostDefinition(msgspec.Struct, frozen=True):
    """An additional cost: ``type`` is ``session``, ``item`` or ``both``."""

    id: int
    type: str

    def allows(self, place: str) -> bool:
        """Tell whether the cost is allowed on the session or on an item."""
        return self.type in {place, "both"}


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """All that the commands of one application need beside rows. ``definitions`` are by entity and event type;
    ``has_limits`` says that a campaign has a budget, so that counters must be loaded. ``programs`` are those of the account and the
    environment, by id."""

    revision: tuple[int, int]
    application: ApplicationFacts
    is_sandbox: bool
    program: Program
    definitions: Mapping[tuple[str, str], Definitions]
    event_types: frozenset[str]
    costs: Mapping[str, CostDefinition]
    cost_ids: Mapping[str, int]
    outgoing: Outgoing
    has_limits: bool
    programs: Mapping[int, LoyaltyProgram]

    @property
    def owner(self) -> Owner:
        """The application and its account, as the pipeline names them."""
        return Owner(self.application.id, self.application.account_id)

    @property
    def connected_programs(self) -> Iterator[LoyaltyProgram]:
        """The loyalty programs that the application uses."""
        return (each for each in self.programs.values() if self.application.id in each.application_ids)

    def attributes(self, entity: str, event_type: str = "") -> Definitions:
        """Return the attributes defined on an entity."""
        return self.definitions.get((entity, event_type), _NONE)
