"""A batch asks for each row once."""

from datetime import UTC, datetime
from decimal import Decimal

from tercel.pipeline.needs import Needs
from tercel.pipeline.work import Work

NOW = datetime(2026, 7, 15, tzinfo=UTC)


def test_a_profile_that_came_with_its_session_needs_no_second_round() -> None:
    work = Work()
    Needs(sessions={(1, "cart")}).beyond(work.asked)
    work.take_profiles([(7, 1, False, "ann", "ann", "{}", 0, Decimal(0), None, 0, NOW)])
    assert Needs(sessions={(1, "cart")}, profiles={(1, False, "ann")}).beyond(work.asked).is_empty()
    assert Needs(profiles={(1, False, "bob")}).beyond(work.asked).profiles == {(1, False, "bob")}
