"""A batch asks for each row once."""

from datetime import UTC, datetime
from decimal import Decimal

from tercel.features.customers.profiles.aggregate import PROFILE_KEYS, take_profiles
from tercel.features.engine.sessions.aggregate import SESSION_KEYS
from tercel.pipeline.aggregate import Work
from tercel.pipeline.needs import Needs
from tercel.pipeline.owner import Owner

NOW = datetime(2026, 7, 15, tzinfo=UTC)


def test_a_profile_that_came_with_its_session_needs_no_second_round() -> None:
    work = Work(Owner(1, 1))
    Needs({SESSION_KEYS: {(1, "cart")}}).beyond(work.asked)
    take_profiles(work, [(7, 1, False, "ann", "ann", "{}", 0, Decimal(0), None, 0, NOW)])
    assert not Needs({SESSION_KEYS: {(1, "cart")}, PROFILE_KEYS: {(1, False, "ann")}}).beyond(work.asked)
    others = Needs({PROFILE_KEYS: {(1, False, "bob")}})
    assert others.beyond(work.asked) == {PROFILE_KEYS: {(1, False, "bob")}}
