"""Competing campaigns do not see each other, and what loses leaves nothing (behaviour/groups 3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import STEPS_MAX
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.facts import CampaignFacts
from tercel.evaluation.snapshot import CounterKey, LimitFacts, LoyaltyProgramFacts, ProfileFacts, Wants
from tests.evaluation.support import NOW, campaign, program, rule
from tests.evaluation.tree.support import cart, discounts, giving, run, tree
from tests.support.loyalty import club

_ANN = ProfileFacts(integration_id="ann", id=5, created=NOW)
_BUDGET = (LimitFacts(action="setDiscount", limit=Decimal(100)),)


def _percent(number: int, percent: int, **keys: object) -> CampaignFacts:
    amount = ["*", [".", "Session", "DiscountedTotal"], ["/", percent, 100]]
    return campaign(rule(["setDiscount", f"c{number}", amount]), number=number, **keys)


def test_members_start_from_the_same_amounts_and_the_winner_moves_them() -> None:
    groups = tree("stackable", 1, ("highestDiscount", 2, 3), 4)
    campaigns = (_percent(1, 10), _percent(2, 20), _percent(3, 50), _percent(4, 10))
    outcome = run(groups, cart("A"), *campaigns, is_cascading=True)
    # 100 - 10 = 90; 18 against 45 of it; 10 % of the 45 that are left
    assert [str(effect.props.value) for effect in outcome.effects] == ["10", "45", "4.5"]


def test_the_prices_of_units_move_with_the_winner_only() -> None:
    half = [
        "setDiscountPerItem",
        "h",
        [".", "Session", "CartItems"],
        [["I"], ["/", [".", "I", "DiscountedPrice"], 2]],
    ]
    groups = tree("stackable", ("lowestDiscount", 1, 2), 3)
    outcome = run(
        groups,
        cart("A", "B"),
        campaign(rule(half), number=1),
        campaign(rule(["setDiscountPerItem", "s", [".", "Session", "CartItems"], [["I"], 10]]), number=2),
        campaign(rule(half), number=3),
    )
    assert discounts(outcome) == [(2, 0, 10), (2, 1, 10), (3, 0, 45), (3, 1, 45)]


def test_losers_use_no_budget() -> None:
    groups = tree("highestDiscount", 1, 2)
    outcome = run(groups, cart("A"), giving(1, 60, limits=_BUDGET), giving(2, 70, limits=_BUDGET))
    (entry,) = outcome.changes.entries
    assert (entry.campaign_id, entry.effect_index) == (2, 0)
    assert [use.key for use in entry.uses] == [CounterKey(2, "setDiscount", "", "")]


def test_the_counters_of_all_members_are_asked_for() -> None:
    built = program(
        giving(1, 60, limits=_BUDGET), giving(2, 70, limits=_BUDGET), groups=tree("listOrder", 1, 2)
    )
    assert {key.campaign_id for key in limit_keys(built, cart("A"))} == {1, 2}


def test_what_losers_change_is_not_seen() -> None:
    gold = ["updateAttribute", "Session.Attributes.mark", "gold"]
    is_gold = ["and", ["=", ["catch", "", [".", "Session", "Attributes", "mark"]], "gold"]]
    groups = tree("stackable", ("highestDiscount", 1, 2), 3)
    for winner in (10, 1):
        outcome = run(
            groups,
            cart("A"),
            campaign(rule(["setDiscount", "a", winner], gold), number=1),
            giving(2, 5),
            giving(3, 1, when=is_gold),
        )
        assert outcome.triggered == ([1, 3] if winner == 10 else [2])
        assert len(outcome.changes.attributes) == (1 if winner == 10 else 0)


def test_points_and_codes_of_losers_are_gone() -> None:
    effects = (["addLoyaltyPoints", "p", "why", 10], ["createCoupon", ["kv", ["storeInSession", True]]])
    loyalty = {"p": LoyaltyProgramFacts(program=club(1, "p"), is_member=True)}
    balance = ["loyaltyBalance", "p", "", "tentativeCurrent"]
    groups = tree("stackable", ("highestDiscount", 1, 2, 3), 4)
    outcome = run(
        groups,
        cart("A", profile=_ANN, loyalty=loyalty),
        campaign(rule(["setDiscount", "a", 1], *effects), number=1),
        campaign(rule(["setDiscount", "b", 2], *effects), number=2),
        campaign(rule(*effects), number=3),
        campaign(rule(["setDiscount", "points", balance]), number=4),
    )
    assert outcome.triggered == [2, 4]
    assert discounts(outcome) == [(2, 2), (4, 10)]
    assert [code.campaign_id for code in outcome.changes.created_codes] == [2]


def test_later_groups_see_what_the_winner_took() -> None:
    """The journal of a group that won inside another one survives both choices."""
    groups = tree("highestDiscount", ("stackable", 1, ("lowestDiscount", 2, 3)), 4)
    campaigns = (_percent(1, 50), _percent(2, 50), _percent(3, 80), giving(4, 70))
    outcome = run(groups, cart("A"), *campaigns, is_cascading=True)
    assert discounts(outcome) == [(1, 50), (2, 25)]


def test_failed_rules_of_any_member_keep_their_failure_effects() -> None:
    hint = ["onFailure", False, ["showNotification", "Info", "more", "please"]]
    groups = tree("highestDiscount", 1, 2, 3)
    outcome = run(
        groups,
        cart("A", wants=Wants(failures=True)),
        giving(1, 5),
        campaign(rule(when=["and", hint]), number=2),
        giving(3, 9, limits=_BUDGET),
    )
    assert [(each.campaign_id, each.effect_type) for each in outcome.effects] == [
        (2, "showNotification"), (3, "setDiscount"),
    ]  # fmt: skip
    assert [entry.effect_index for entry in outcome.changes.entries] == [1]
    assert [failure.campaign_id for failure in outcome.failures] == [2]


def endless(number: int, amount: int) -> CampaignFacts:
    """A campaign that gives something, and then does not end."""
    numbers: Any = ["list", *range(100)]
    forever = ["sum", numbers, [["a"], ["sum", numbers, [["b"], ["sum", numbers, [["c"], STEPS_MAX]]]]]]
    rules = rule(["setDiscount", f"c{number}", amount]), rule(["setDiscount", "x", forever])
    return campaign(*rules, number=number)


def test_a_campaign_that_ends_amid_a_group_competes_with_what_it_gave() -> None:
    groups = tree("stackable", ("highestDiscount", 1, 2, 3), 4)
    outcome = run(groups, cart("A"), giving(1, 60), endless(2, 80), giving(3, 70), giving(4, 1))
    assert discounts(outcome) == [(2, 80), (4, 1)]
    assert outcome.is_complete


def test_an_allowance_that_ends_amid_a_group_keeps_one_winner() -> None:
    groups = tree("stackable", ("highestDiscount", 1, 2, 3, 5), 4)
    outcome = run(
        groups, cart("A"), giving(1, 60), endless(2, 50), endless(3, 50), giving(5, 70), giving(4, 1)
    )
    assert discounts(outcome) == [(1, 60)]
    assert outcome.triggered == [1]
    assert outcome.effects[-1].effect_type == "error"
    assert not outcome.is_complete
