"""Groups that choose unit by unit (behaviour/groups 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tercel.evaluation.snapshot import (
    AchievementFacts,
    CounterKey,
    CustomEffectFacts,
    EventFacts,
    LimitFacts,
    ProfileFacts,
    Wants,
)
from tests.evaluation.support import NOW, campaign, rule
from tests.evaluation.tree.support import ITEMS, VALID, cart, coupon, discounts, per_item, refusals, run, tree

_HINT = ["showNotification", "Info", "saved", "well done"]


def _by_item(mode: str, *members: Any) -> Any:
    return tree(mode, *members, scope="cartItem")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("stackable", [(1, 0, 5), (1, 1, 9), (2, 0, 7), (2, 1, 3), (3, 1, 4), (3, 2, 1)]),
        ("listOrder", [(1, 0, 5), (1, 1, 9), (3, 2, 1)]),
        ("highestDiscount", [(1, 1, 9), (2, 0, 7), (3, 2, 1)]),
        ("lowestDiscount", [(1, 0, 5), (2, 1, 3), (3, 2, 1)]),
    ],
)
def test_each_unit_is_won_by_itself(mode: str, expected: list[Any]) -> None:
    campaigns = (
        per_item(1, ("A", 5), ("B", 9)),
        per_item(2, ("A", 7), ("B", 3)),
        per_item(3, ("B", 4), ("C", 1)),
    )
    outcome = run(_by_item(mode, 1, 2, 3), cart("A", "B", "C", "D"), *campaigns)
    assert discounts(outcome) == expected
    assert [entry.effect_index for entry in outcome.changes.entries] == list(range(len(expected)))


@pytest.mark.parametrize(
    ("mode", "winner"), [("highestDiscount", 1), ("lowestDiscount", 1), ("listOrder", 1)]
)
def test_the_earlier_one_wins_a_tie(mode: str, winner: int) -> None:
    outcome = run(_by_item(mode, 1, 2), cart("A"), per_item(1, ("A", 5)), per_item(2, ("A", 5)))
    assert discounts(outcome) == [(winner, 0, 5)]


def test_several_discounts_of_a_campaign_on_a_unit_count_together() -> None:
    outcome = run(
        _by_item("highestDiscount", 1, 2), cart("A"), per_item(1, ("A", 5)), per_item(2, ("A", 3), ("A", 3))
    )
    assert discounts(outcome) == [(2, 0, 3), (2, 0, 3)]


def test_other_effects_stay_while_one_unit_is_kept() -> None:
    facts = cart("A", "B", coupons={"X": coupon(7, 1, "X"), "Y": coupon(8, 2, "Y")})
    outcome = run(
        _by_item("highestDiscount", 1, 2, 3),
        facts,
        per_item(1, ("A", 5), ("B", 9), more=[_HINT], when=VALID),
        per_item(2, ("B", 3), more=[_HINT], when=VALID),
        per_item(3, ("A", 7)),
    )
    told = [(effect.campaign_id, effect.effect_type) for effect in outcome.effects]
    assert told == [
        (1, "acceptCoupon"), (1, "setDiscountPerItem"), (1, "showNotification"), (3, "setDiscountPerItem"),
        (2, "rejectCoupon"),
    ]  # fmt: skip
    assert outcome.triggered == [1, 3]
    assert refusals(outcome) == {"Y": ("CouponPartOfNotTriggeredCampaign", "CampaignGaveLowerDiscount")}


def test_losers_of_a_first_campaign_group_were_not_first() -> None:
    facts = cart("A", coupons={"Y": coupon(8, 2, "Y")})
    outcome = run(
        _by_item("listOrder", 1, 2), facts, per_item(1, ("A", 1)), per_item(2, ("A", 3), when=VALID)
    )
    assert refusals(outcome) == {"Y": ("CouponPartOfNotTriggeredCampaign", "CampaignIsNotFirst")}


def test_a_campaign_without_effects_on_units_competes_for_nothing() -> None:
    outcome = run(
        _by_item("listOrder", 1, 2), cart("A"), per_item(1, ("A", 1)), campaign(rule(_HINT), number=2)
    )
    assert outcome.triggered == [1, 2]


def test_budgets_count_what_survives() -> None:
    limits = (
        LimitFacts(action="setDiscount", limit=Decimal(100)),
        LimitFacts(action="setDiscountEffect", limit=Decimal(9)),
    )
    outcome = run(
        _by_item("highestDiscount", 1, 2),
        cart("A", "B"),
        per_item(1, ("A", 60), ("B", 40), limits=limits),
        per_item(2, ("A", 70)),
    )
    assert discounts(outcome) == [(1, 1, 40), (2, 0, 70)]
    uses = {use.key: use.amount for entry in outcome.changes.entries for use in entry.uses}
    assert uses == {CounterKey(1, "setDiscount", "", ""): 40, CounterKey(1, "setDiscountEffect", "", ""): 1}


def test_per_item_effects_that_are_no_discounts_go_with_their_unit() -> None:
    effects = [
        ["setDiscountPerItem", "d", ITEMS, [["I"], 5]],
        ["customEffectPerItem", "tag", ITEMS, [["I"], ["kv"]]],
    ]
    facts = cart("A", "B", custom_effects={1: CustomEffectFacts(id=1, name="tag", payload="{}")})
    outcome = run(
        _by_item("highestDiscount", 1, 2), facts, campaign(rule(*effects), number=1), per_item(2, ("B", 9))
    )
    told = [(effect.campaign_id, effect.effect_type) for effect in outcome.effects]
    assert told == [(1, "setDiscountPerItem"), (1, "customEffect"), (2, "setDiscountPerItem")]


def test_prices_move_by_what_survives() -> None:
    half = ["setDiscountPerItem", "h", ITEMS, [["I"], ["/", [".", "I", "DiscountedPrice"], 2]]]
    groups = list(tree("stackable", ("highestDiscount", 1, 2), 3))
    groups[1].scope = "cartItem"
    outcome = run(
        tuple(groups),
        cart("A", "B"),
        per_item(1, ("A", 20), ("B", 40)),
        per_item(2, ("A", 40), ("B", 20)),
        campaign(rule(half), number=3),
    )
    assert discounts(outcome) == [(1, 1, 40), (2, 0, 40), (3, 0, 30), (3, 1, 30)]


def test_changes_of_several_survivors_add_up() -> None:
    """What each did from the same start is put one on the other: counted achievements, attributes of a line."""
    colour, size = (["updateItemAttribute", ITEMS, name, [["I"], 1]] for name in ("colour", "size"))
    both = [
        "and",
        ["=", [".", "Item", "Attributes", "colour"], 1],
        ["=", [".", "Item", "Attributes", "size"], 1],
    ]
    groups = list(tree("stackable", ("highestDiscount", 1, 2), 3))
    groups[1].scope = "cartItem"
    outcome = run(
        tuple(groups),
        cart("A", "B"),
        per_item(1, ("A", 20), more=[colour]),
        per_item(2, ("B", 20), more=[size]),
        campaign(
            rule(["setDiscount", "n", ["count", ["filter", ITEMS, [["Item"], ["catch", False, both]]]]]),
            number=3,
        ),
    )
    assert discounts(outcome)[-1] == (3, 2)


def test_caps_are_given_back_for_units_that_were_lost() -> None:
    groups = list(tree("stackable", ("lowestDiscount", 1, 2), 3))
    groups[1].scope = "cartItem"
    outcome = run(
        tuple(groups),
        cart("A", "B"),
        per_item(1, ("A", 90), ("B", 1)),
        per_item(2, ("A", 10)),
        per_item(3, ("A", 95)),
        is_cascading=True,
        caps_discounts=True,
    )
    assert discounts(outcome) == [(1, 1, 1), (2, 0, 10), (3, 0, 90)]


def test_nested_groups_offer_what_their_members_give_together() -> None:
    groups = _by_item("highestDiscount", ("stackable", 1, 2), 3)
    campaigns = (per_item(1, ("A", 5)), per_item(2, ("A", 3), ("B", 3)), per_item(3, ("A", 7), ("B", 4)))
    assert discounts(run(groups, cart("A", "B"), *campaigns)) == [(1, 0, 5), (2, 0, 3), (3, 1, 4)]


def test_losers_are_no_failures() -> None:
    facts = cart("A", wants=Wants(failures=True))
    assert (
        run(_by_item("listOrder", 1, 2), facts, per_item(1, ("A", 1)), per_item(2, ("A", 3))).failures == []
    )


def test_an_inner_group_decides_before_the_outer_one_compares_units() -> None:
    """Inside, the second wins A with 9 and the first B with 5; outside, each meets what the third gives."""
    groups = tree("highestDiscount", ("highestDiscount", 1, 2), 3)
    for group in groups:
        group.scope = "cartItem"
    outcome = run(
        groups, cart("A", "B"), per_item(1, ("A", 6), ("B", 5)), per_item(2, ("A", 9), ("B", 4)),
        per_item(3, ("A", 8), ("B", 7)),
    )  # fmt: skip
    assert discounts(outcome) == [(2, 0, 9), (3, 1, 7)]
    assert outcome.triggered == [2, 3]


def test_progress_of_several_survivors_adds_up() -> None:
    groups = list(tree("stackable", ("highestDiscount", 1, 2), 3))
    groups[1].scope = "cartItem"
    ann = ProfileFacts(integration_id="ann", id=5, created=NOW)
    steps = AchievementFacts(id=8, name="steps", target=Decimal(99), value=Decimal(10))
    outcome = run(
        tuple(groups),
        cart("A", "B", profile=ann, achievements={"steps": steps}),
        per_item(1, ("A", 20), more=[["increaseAchievementProgress", "steps", 2]]),
        per_item(2, ("B", 20), more=[["increaseAchievementProgress", "steps", 3]]),
        campaign(rule(["setDiscount", "n", ["achievementProgress", "steps"]]), number=3),
    )
    assert discounts(outcome)[-1] == (3, 15)


@pytest.mark.parametrize(("target", "is_completed"), [(15, True), (16, False)])
def test_several_survivors_complete_an_achievement_together(target: int, is_completed: bool) -> None:
    groups = list(tree("stackable", ("highestDiscount", 1, 2), 3))
    groups[1].scope = "cartItem"
    ann = ProfileFacts(integration_id="ann", id=5, created=NOW)
    steps = AchievementFacts(
        id=8, name="steps", target=Decimal(target), value=Decimal(10), state="inProgress"
    )
    outcome = run(
        tuple(groups),
        cart("A", "B", profile=ann, achievements={"steps": steps}),
        per_item(1, ("A", 20), more=[["increaseAchievementProgress", "steps", 2]]),
        per_item(2, ("B", 20), more=[["increaseAchievementProgress", "steps", 3]]),
        campaign(
            rule(["setDiscount", "n", 1], when=["and", ["achievementJustCompleted", "steps"]]), number=3
        ),
    )
    assert (discounts(outcome)[-1] == (3, 1)) is is_completed


def test_audiences_of_several_survivors_are_joined_and_left_together() -> None:
    groups = list(tree("stackable", ("highestDiscount", 1, 2), 3))
    groups[1].scope = "cartItem"
    ann = ProfileFacts(integration_id="ann", id=5, created=NOW, audiences=frozenset({6, 7}))
    asked = [["isAudienceMember", "Current", number] for number in (6, 7, 8, 9)]
    outcome = run(
        tuple(groups),
        cart("A", "B", profile=ann),
        per_item(1, ("A", 20), more=[["addToAudience", 8], ["removeFromAudience", 6]]),
        per_item(2, ("B", 20), more=[["addToAudience", 9]]),
        campaign(
            rule(*(["if", question, ["setDiscount", "member", question[2]]] for question in asked)),
            number=3,
        ),
    )
    assert discounts(outcome)[-3:] == [(3, 7), (3, 8), (3, 9)]
    assert outcome.changes.audience_joins == [(8, "ann"), (9, "ann")]


def test_an_event_without_a_session_has_no_units_to_choose_by() -> None:
    told = [campaign(rule(_HINT), number=number) for number in (1, 2)]
    facts = cart("A", event=EventFacts(types=("visit",), created=NOW))
    outcome = run(_by_item("listOrder", 1, 2), replace(facts, session=None), *told)
    assert [effect.campaign_id for effect in outcome.effects] == [1]
    assert outcome.triggered == [1]
