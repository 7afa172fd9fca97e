"""A customer who is new in a batch is written once, as the batch leaves the profile."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tercel.features.customers.profiles.aggregate import (
    PROFILES,
    ProfileMove,
    ProfileRow,
    find_profile,
)
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.owner import Owner

_NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
_KEY = (1, False, "ann")


def _order(work: Work, total: int) -> None:
    draft = Draft(work)
    if find_profile(draft, _KEY) is None:
        draft.changes[PROFILES].new[_KEY] = ProfileRow(
            id=7, account_id=1, sandbox=False, integration_id="ann", key="ann", created=_NOW
        )
    draft.changes[PROFILES].move(
        ProfileMove(
            id=7, closed_sessions=1, total_sales=Decimal(total), last_activity=_NOW, expected_version=0
        )
    )
    draft.merge()


def test_its_orders_of_the_batch_are_part_of_the_new_profile() -> None:
    work = Work(Owner(1, 1))
    _order(work, 40)
    _order(work, 2)
    written = work.to_write[PROFILES].new[_KEY]
    assert (written.closed_sessions, written.total_sales, written.last_activity) == (2, Decimal(42), _NOW)
    assert work.to_write[PROFILES].moves == {}
    assert work[PROFILES].by_key[_KEY] == written
