"""What an event grants stands only for the customer as he was read."""

from datetime import UTC, datetime

from tercel.evaluation.facts import ApplicationFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.program.program import build_program
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileRow
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.configuration.outgoing import Outgoing
from tercel.features.engine.events.apply import apply_at_once
from tercel.ledger.events import EventRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.owner import Owner

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PROFILE = ProfileRow(
    id=1, account_id=1, sandbox=False, integration_id="ann", key="ann", created=NOW, version=7
)
APPLICATION = ApplicationFacts(id=1, account_id=1)
CONFIGURATION = Configuration(
    revision=(1, 1),
    application=APPLICATION,
    is_sandbox=False,
    program=build_program(APPLICATION, []),
    definitions={},
    event_types=frozenset(),
    costs={},
    cost_ids={},
    outgoing=Outgoing(),
    has_limits=False,
    programs={},
)


def test_an_event_is_decided_again_when_its_customer_moved_even_if_it_sets_no_attribute() -> None:
    draft = Draft(Work(Owner(1, 1)))
    event = EventRow(id=1, application_id=1, created=NOW, type="visit", profile_id=PROFILE.id)
    apply_at_once(Outcome(), event, PROFILE, draft, CONFIGURATION, is_dry=False)
    assert draft.changes[PROFILES].moves[PROFILE.id].expected_version == PROFILE.version
