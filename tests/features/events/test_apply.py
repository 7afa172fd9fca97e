"""What an event grants stands only for the customer as he was read."""

from datetime import UTC, datetime

from tercel.evaluation.outcome import Outcome
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileRow
from tercel.features.engine.events.apply import apply_at_once
from tercel.ledger.events import EventRow
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.owner import Owner

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PROFILE = ProfileRow(
    id=1, account_id=1, sandbox=False, integration_id="ann", key="ann", created=NOW, version=7
)


def test_an_event_is_decided_again_when_its_customer_moved_even_if_it_sets_no_attribute() -> None:
    draft = Draft(Work(Owner(1, 1)))
    event = EventRow(id=1, application_id=1, created=NOW, type="visit", profile_id=PROFILE.id)
    apply_at_once(Outcome(), event, PROFILE, draft, is_dry=False)
    assert draft.changes[PROFILES].moves[PROFILE.id].expected_version == PROFILE.version
