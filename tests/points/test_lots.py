"""Lots: what a ledger holds at a moment, what is spent first, and what is taken back (behaviour/loyalty 3 to 5)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercel.points.lots import Balances, Debt, Ledger, Lot, Timeline
from tercel.points.spending import ReturnPolicy, owe, spend, take_back

ONLY_PENDING, WITHIN_BALANCE, UNLIMITED = ReturnPolicy


def _day(number: int) -> datetime:
    return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=number - 1)


def _lot(number: int, points: int, start: int | None = 1, end: int | None = None, awarded: int = 1) -> Lot:
    return Lot(
        id=number,
        uuid=f"lot {number}",
        amount=Decimal(points),
        remaining=Decimal(points),
        awarded=_day(awarded),
        starts_at=None if start is None else _day(start),
        expires_at=None if end is None else _day(end),
    )


def _balances(active: int = 0, pending: int = 0, negative: int = 0) -> Balances:
    return Balances(Decimal(active), Decimal(pending), Decimal(negative))


def _take(ledger: Ledger, points: int, day: int) -> dict[int, int]:
    ledger.settle(_day(day))
    taken = spend(ledger, Decimal(points), _day(day))
    assert taken is not None
    return {part.lot.id: int(part.amount) for part in taken}


def test_a_month_of_one_ledger() -> None:
    """Points with an end, points without one, points that start later; spent, expired, and taken back beyond what there is."""
    stays = _lot(2, 50, start=2, awarded=2)
    ledger = Ledger(lots=[_lot(1, 100, end=31), stays])
    ledger.lots.append(_lot(3, 40, start=10, end=20, awarded=3))
    assert ledger.balances(_day(3)) == _balances(150, 40)
    assert _take(ledger, 120, 5) == {1: 100, 2: 20}
    assert ledger.balances(_day(5)) == _balances(30, 40)
    assert ledger.balances(_day(10)) == _balances(70)
    assert _take(ledger, 30, 12) == {3: 30}
    assert ledger.balances(_day(20)) == _balances(30)
    taken = take_back(ledger, stays, Decimal(50), UNLIMITED, _day(21))
    assert ([(part.lot.id, part.amount) for part in taken.parts], taken.owed) == ([(2, 30)], 20)
    owe(ledger, 9, taken.owed)
    assert ledger.balances(_day(21)) == _balances(negative=20)


def test_what_expires_first_is_spent_first() -> None:
    assert _take(Ledger(lots=[_lot(1, 20), _lot(2, 5, end=10, awarded=2)]), 10, 3) == {2: 5, 1: 5}


def test_points_that_stay_are_spent_in_the_order_of_their_award() -> None:
    assert _take(Ledger(lots=[_lot(1, 20, awarded=2), _lot(2, 20, awarded=1)]), 30, 3) == {2: 20, 1: 10}


def test_too_few_points_take_nothing() -> None:
    ledger = Ledger(lots=[_lot(1, 20), _lot(2, 20, start=9)])
    assert spend(ledger, Decimal("20.01"), _day(3)) is None
    assert ledger.balances(_day(3)) == _balances(20, 20)


def test_a_lot_counts_from_its_start_to_just_before_its_end() -> None:
    lot = _lot(1, 5, start=2, end=4)
    assert [(lot.is_pending(_day(day)), lot.is_active(_day(day)), lot.is_over(_day(day))) for day in (1, 2, 3, 4)] == [
        (True, False, False),
        (False, True, False),
        (False, True, False),
        (False, False, True),
    ]  # fmt: skip


def test_waiting_points_are_pending_until_they_expire() -> None:
    ledger = Ledger(lots=[_lot(1, 5, start=None, end=4)])
    assert [ledger.balances(_day(day)) for day in (3, 4)] == [_balances(pending=5), _balances()]


@pytest.mark.parametrize(
    ("policy", "left"),
    [(ONLY_PENDING, _balances(40)), (WITHIN_BALANCE, _balances()), (UNLIMITED, _balances(negative=60))],
)
def test_earned_points_of_which_some_are_spent(policy: ReturnPolicy, left: Balances) -> None:
    lot = _lot(1, 100)
    ledger = Ledger(lots=[lot])
    _take(ledger, 60, 2)
    owe(ledger, 9, take_back(ledger, lot, Decimal(100), policy, _day(3)).owed)
    assert ledger.balances(_day(3)) == left


@pytest.mark.parametrize("policy", ReturnPolicy)
def test_pending_points_go_whatever_the_policy(policy: ReturnPolicy) -> None:
    pending = _lot(1, 30, start=9)
    ledger = Ledger(lots=[pending, _lot(2, 10)])
    assert take_back(ledger, pending, Decimal(30), policy, _day(3)).amount == 30
    assert ledger.balances(_day(3)) == _balances(10)


@pytest.mark.parametrize("policy", ReturnPolicy)
def test_expired_points_are_gone_already(policy: ReturnPolicy) -> None:
    expired = _lot(1, 30, end=2)
    ledger = Ledger(lots=[expired, _lot(2, 10)])
    assert take_back(ledger, expired, Decimal(30), policy, _day(3)).amount == 0


def test_points_that_were_spent_come_from_the_others_in_their_order() -> None:
    lot = _lot(1, 30, end=4)
    ledger = Ledger(lots=[lot, _lot(2, 10), _lot(3, 10, end=9)])
    _take(ledger, 20, 2)
    taken = take_back(ledger, lot, Decimal(30), WITHIN_BALANCE, _day(5))
    assert [(part.lot.id, part.amount) for part in taken.parts] == [(3, 10), (2, 10)]
    assert ledger.balances(_day(5)) == _balances()


def test_points_pay_debts_when_they_become_active() -> None:
    ledger = Ledger(lots=[_lot(1, 30, start=5, end=8)], debts=[Debt(id=9, remaining=Decimal(20))])
    assert [ledger.balances(_day(day)) for day in (4, 5, 8)] == [
        _balances(pending=30, negative=20),
        _balances(10),
        _balances(),  # the twenty were paid before the rest expired
    ]
    (paid,) = ledger.settle(_day(9))
    assert (paid.subtraction_id, paid.addition_id, paid.amount, paid.created) == (9, 1, 20, _day(5))
    assert (ledger.debts, ledger.settled_at) == ([], _day(9))


_DAYS = st.integers(1, 12)
_LOTS = st.lists(
    st.tuples(st.integers(1, 50), st.none() | _DAYS, st.none() | st.integers(1, 15)), max_size=6
).map(
    lambda rows: [
        _lot(number, points, start, end, awarded=1) for number, (points, start, end) in enumerate(rows, 1)
    ]
)


@given(_LOTS, st.lists(st.tuples(_DAYS, st.integers(1, 60), st.sampled_from(["spend", *ReturnPolicy])), max_size=8))  # fmt: skip
def test_points_are_conserved(lots: list[Lot], acts: list[tuple[int, int, str]]) -> None:
    """Whatever is done: what was added is what is left and what was taken, and what was subtracted is what was taken and what is owed."""
    ledger = Ledger(lots=[*lots])
    taken, subtracted = Decimal(0), Decimal(0)
    for number, (day, points, act) in enumerate(sorted(acts, key=lambda act: act[0]), 100):
        now = _day(day)
        taken += sum(paid.amount for paid in ledger.settle(now))
        if act == "spend":
            parts = spend(ledger, Decimal(points), now) or []
            taken += sum(part.amount for part in parts)
            subtracted += sum(part.amount for part in parts)
        elif lots:
            lot = lots[points % len(lots)]
            back = take_back(ledger, lot, lot.amount, ReturnPolicy(act), now)
            owe(ledger, number, back.owed)
            taken += back.amount - back.owed
            subtracted += back.amount
        balances = ledger.balances(now)
        assert min(balances.active, balances.negative) == 0
        assert all(0 <= lot.remaining <= lot.amount for lot in lots)
    assert sum(lot.amount for lot in lots) == sum(lot.remaining for lot in lots) + taken
    assert subtracted == taken + ledger.owed()


@given(_LOTS, st.lists(_DAYS, max_size=4), st.integers(0, 80))
def test_settling_in_between_changes_nothing(lots: list[Lot], days: list[int], owed: int) -> None:
    ledger = Ledger(lots=lots, debts=[Debt(id=99, remaining=Decimal(owed))] if owed else [])
    ledger.settle(_day(1))
    once, often = ledger.copy(), ledger.copy()
    once.settle(_day(13))
    for day in [*sorted(days), 13]:
        often.settle(_day(day))
    assert once == often


@given(_LOTS)
def test_a_timeline_says_what_the_ledger_says(lots: list[Lot]) -> None:
    ledger = Ledger(lots=lots)
    timeline = Timeline(ledger)
    days = [_day(number) for number in range(17)]
    assert [timeline.active_at(day) for day in days] == [ledger.active_at(day) for day in days]
    changes = timeline.moments(days[0], days[-1])
    for before, after in itertools.pairwise(days):
        if ledger.active_at(before) != ledger.active_at(after):
            assert after in changes


def test_points_that_started_before_pay_now() -> None:
    """Points that were added with a start in the past pay a debt when they come, not when they would have started."""
    ledger = Ledger(debts=[Debt(id=9, remaining=Decimal(20))])
    ledger.settle(_day(5))
    ledger.lots.append(_lot(1, 30, start=2))
    (paid,) = ledger.settle(_day(7))
    assert (paid.amount, paid.created) == (20, _day(7))
    assert ledger.balances(_day(7)) == _balances(10)
