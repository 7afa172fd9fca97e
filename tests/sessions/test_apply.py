"""When the codes that rules create are made (behaviour/sessions 8, 10)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tercel.evaluation.outcome import Changes, CreatedCode, Outcome
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.writing.apply import apply_changes
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.owner import Owner

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "is_stored", "is_made"),
    [("open", False, False), ("open", True, True), ("closed", False, True), ("closed", True, True)],
)
def test_a_code_is_made_when_it_is_stored_or_the_session_is_not_open(
    state: str, is_stored: bool, is_made: bool
) -> None:
    code = CreatedCode(
        kind="coupon",
        campaign_id=1,
        value="NEW",
        recipient_integration_id=None,
        usage_limit=1,
        memory_key="rule",
        is_stored_in_session=is_stored,
    )
    work = Work(Owner(1, 1))
    work.ids[COUPONS] = [7]
    draft = Draft(work)
    outcome = Outcome(changes=Changes(created_codes=[code]))
    applied = apply_changes(outcome, _session(state), None, draft, event_id=1, is_dry=False)
    assert [row["id"] for row in draft.changes[COUPONS].new] == [7] * is_made
    assert len(applied.created_coupons) == is_made
    assert (b"NEW" in bytes(applied.session.created_codes)) == is_made


def _session(state: str) -> SessionRow:
    zero = Decimal(0)
    return SessionRow(
        id=1,
        application_id=1,
        integration_id="s",
        key="s",
        state=state,
        first_session=True,
        update_count=0,
        total=zero,
        cart_item_total=zero,
        additional_cost_total=zero,
        cart_item_additional_cost_total=zero,
        total_discounts=zero,
        version=1,
        created=NOW,
        updated=NOW,
    )
