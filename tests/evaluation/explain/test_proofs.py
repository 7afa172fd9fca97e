"""The proof of nudges: what they say makes the condition true, and anything less does not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.explanation import Need
from tercel.evaluation.facts import ApplicationFacts
from tercel.evaluation.program.program import Program, build_program
from tercel.evaluation.snapshot import CartLine, Snapshot, Wants
from tests.evaluation.support import campaign, program, rule
from tests.properties import worlds

_EFFORT = settings(max_examples=300, deadline=None)
_CENT = Decimal("0.01")
_OPERATORS = st.sampled_from([">=", ">", "="])
_amounts = st.integers(1, 60_000).map(lambda amount: Decimal(amount) / 100)

_thresholds: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda operator, name, bound: [operator, [".", "Session", name], bound],
        _OPERATORS,
        st.sampled_from(["Total", "CartItemTotal", "CartTotal"]),
        _amounts,
    ),
    st.builds(
        lambda bound, width: ["between", [".", "Session", "Total"], bound, bound + width], _amounts, _amounts
    ),
    st.builds(
        lambda operator, items, bound: [operator, ["sum", items, [["I"], [".", "I", "Price"]]], bound],
        _OPERATORS,
        worlds.filters,
        _amounts,
    ),
    st.builds(
        lambda operator, items, bound: [operator, ["count", items], bound],
        _OPERATORS,
        st.one_of(worlds.filters, st.just(worlds.ITEMS)),
        st.one_of(st.integers(1, 12), st.just(Decimal("2.5"))),
    ),
    st.builds(lambda items: ["not", ["isEmpty", items]], worlds.filters),
    st.builds(lambda items: ["exists", worlds.ITEMS, items[2]], worlds.filters),
)


def _applies(built: Program, snapshot: Snapshot, added: list[CartLine]) -> bool:
    session = snapshot.session
    assert session is not None
    lines = [*session.lines, *added]
    return bool(evaluate(built, replace(snapshot, session=replace(session, lines=lines))).triggered)


def _only_need(built: Program, snapshot: Snapshot) -> Need | None:
    nudges = evaluate(built, replace(snapshot, wants=Wants(trace=True))).nudges
    return nudges[0].needs[0] if nudges else None


def _line(need: Need, *, price: Decimal, quantity: int) -> CartLine:
    return CartLine(sku="N", price=price, quantity=quantity, category=need.where.get("category", ["any"])[0])


def _additions(need: Need, *, less: int) -> list[CartLine]:
    """What a nudge says, or less of it by so many units."""
    if need.amount is not None:
        return [_line(need, price=need.amount - less * _CENT, quantity=1)]
    assert need.items is not None
    return [_line(need, price=_CENT, quantity=need.items - less)] if need.items > less else []


def _smaller(need: Need) -> Iterator[int]:
    """By how much less to try: a little, half, nearly everything."""
    whole = int(need.amount / _CENT) if need.amount is not None else need.items or 0
    yield from {1, whole // 2, whole - 1} - {0}


@_EFFORT
@given(_thresholds, worlds.snapshots())
def test_a_nudge_is_enough_and_nothing_less_is(condition: Any, snapshot: Snapshot) -> None:
    built = program(campaign(rule(["showNotification", "Info", "a", "b"], when=["and", condition])))
    need = _only_need(built, snapshot)
    assume(need is not None and need.kind in {"amount", "items"})
    assert need is not None
    assert not _applies(built, snapshot, [])
    assert _applies(built, snapshot, _additions(need, less=0))
    for less in _smaller(need):
        assert not _applies(built, snapshot, _additions(need, less=less))


@_EFFORT
@given(_thresholds, worlds.snapshots())
def test_thresholds_above_the_cart_are_always_solved(condition: Any, snapshot: Snapshot) -> None:
    """No nudge only where the condition holds, or where more would not help."""
    built = program(campaign(rule(["showNotification", "Info", "a", "b"], when=["and", condition])))
    assert snapshot.session is not None
    assume(all(line.category for line in snapshot.session.lines))
    assume(not _applies(built, snapshot, []))
    need = _only_need(built, snapshot)
    assert need is not None
    is_ceiling = condition[0] in {"=", "between"}
    assert need.kind in {"amount", "items"} or is_ceiling


@_EFFORT
@given(worlds.programs, worlds.snapshots())
def test_explaining_changes_nothing(built: Program, snapshot: Snapshot) -> None:
    told = Wants(failures=True, eligibility=True, trace=True)
    plain, explained = (
        evaluate(built, replace(snapshot, wants=wants)) for wants in (Wants(failures=True), told)
    )
    assert explained.effects == plain.effects
    assert explained.failures == plain.failures
    assert explained.changes == plain.changes
    assert explained.triggered == plain.triggered


def test_a_program_without_campaigns_has_nothing_to_explain() -> None:
    empty = build_program(ApplicationFacts(id=1), [])
    outcome = evaluate(empty, Snapshot(now=worlds.NOW, wants=Wants(trace=True)))
    assert (outcome.trace, outcome.nudges) == ([], [])
