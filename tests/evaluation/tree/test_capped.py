"""Capped discounts of campaigns that compete: what is put together never takes more than is left (ADR 0032) (behaviour/discounts 5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.evaluation.facts import GroupFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.snapshot import CounterKey, LimitFacts
from tests.evaluation.support import campaign, rule
from tests.evaluation.tree.support import cart, discounts, per_item, run, tree


def _by_unit(*members: Any) -> tuple[GroupFacts, ...]:
    """A stackable group in which the group in it chooses unit by unit."""
    groups = tree("stackable", *members)
    groups[1].scope = "cartItem"
    return groups


def _outcome(*campaigns: Any) -> Outcome:
    groups = _by_unit(3, ("highestDiscount", 1, 2), 4)
    return run(groups, cart("A", "B", "C"), *campaigns, caps_discounts=True)


_EARLY = campaign(rule(["setDiscount", "early", 280]), number=3)
_REST = campaign(rule(["setDiscount", "rest", 300]), number=4)


def test_units_of_several_winners_share_what_the_session_leaves() -> None:
    """Each of the two finds 20 left for itself when it is tried."""
    outcome = _outcome(_EARLY, per_item(1, ("A", 15)), per_item(2, ("B", 15)), _REST)
    assert discounts(outcome) == [(3, 280), (1, 0, 15), (2, 1, 5), (4, 0)]
    assert [entry.amount for entry in outcome.changes.entries] == [280, 15, 5, 0]


def test_a_budget_gives_what_is_left_after_the_cut() -> None:
    limits = (
        LimitFacts(action="setDiscount", limit=Decimal(50)),
        LimitFacts(action="setDiscountEffect", limit=Decimal(50)),
    )
    second = per_item(2, ("B", 15), limits=limits)
    outcome = _outcome(_EARLY, per_item(1, ("A", 15)), second, _REST)
    (entry,) = [entry for entry in outcome.changes.entries if entry.campaign_id == 2]
    assert {use.key: use.amount for use in entry.uses} == {
        CounterKey(2, "setDiscount", "", ""): 5,
        CounterKey(2, "setDiscountEffect", "", ""): 1,
    }


def test_what_losers_would_have_taken_is_left() -> None:
    first, second = per_item(1, ("A", 60), ("B", 10)), per_item(2, ("A", 50), ("B", 30))
    nothing = campaign(rule(when=["and", False]), number=3)
    outcome = _outcome(nothing, first, second, _REST)
    assert discounts(outcome) == [(1, 0, 60), (2, 1, 30), (4, 210)]
