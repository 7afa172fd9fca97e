"""What becomes of the codes of campaigns that were left out (behaviour/groups 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tercel.evaluation.snapshot import ProfileFacts, ReferralFacts
from tests.evaluation.support import NOW, campaign, rule
from tests.evaluation.tree.support import VALID, cart, coupon, discounts, giving, refusals, run, tree

_OUT = "CouponPartOfNotTriggeredCampaign"
_FIRST = (_OUT, "CampaignIsNotFirst")
_LOWER = (_OUT, "CampaignGaveLowerDiscount")
_EXPIRED = ("CouponExpired", None)
_CONDITION = ("CouponRejectedByCondition", None)
_TOO_LITTLE = ["and", ["couponValid"], False]
_PAST: dict[str, Any] = {"expiry_date": NOW - timedelta(seconds=1)}


@pytest.mark.parametrize(
    ("mode", "amount", "when", "fields", "verdict"),
    [
        ("listOrder", 30, VALID, {}, _FIRST),
        ("listOrder", 30, _TOO_LITTLE, {}, _FIRST),
        ("listOrder", 30, VALID, _PAST, _EXPIRED),
        ("highestDiscount", 30, VALID, {}, None),
        ("highestDiscount", 5, VALID, {}, _LOWER),
        ("highestDiscount", 30, _TOO_LITTLE, {}, _CONDITION),
        ("highestDiscount", 30, VALID, _PAST, _EXPIRED),
        ("lowestDiscount", 30, VALID, {}, _LOWER),
        ("lowestDiscount", 5, VALID, {}, None),
        ("stackable", 30, VALID, {}, None),
    ],
)
def test_the_code_of_the_second_campaign(
    mode: str, amount: int, when: list[Any], fields: dict[str, Any], verdict: tuple[str, str | None] | None
) -> None:
    facts = cart("A", coupons={"X": coupon(7, 2, "X", **fields)})
    outcome = run(tree(mode, 1, 2), facts, giving(1, 10), giving(2, amount, when=when))
    assert refusals(outcome) == ({} if verdict is None else {"X": verdict})
    accepted = [effect.props.value for effect in outcome.effects if effect.effect_type == "acceptCoupon"]
    assert accepted == (["X"] if verdict is None else [])
    assert any(entry.kind == "redeemCoupon" for entry in outcome.changes.entries) is (verdict is None)
    if verdict is not None:
        assert [effect.campaign_id for effect in outcome.effects if effect.effect_type == "rejectCoupon"] == [
            2
        ]


def test_a_campaign_that_does_not_run_says_so_first() -> None:
    facts = cart("A", coupons={"X": coupon(7, 2, "X")})
    outcome = run(tree("listOrder", 1, 2), facts, giving(1, 10), giving(2, 9, when=VALID, state="disabled"))
    assert refusals(outcome) == {"X": ("CouponPartOfNotRunningCampaign", None)}


def test_a_code_that_its_own_rules_refused_is_told_apart_from_one_that_lost() -> None:
    """Of two codes of the loser one was used by it, the other failed a condition of its own."""
    is_x = ["and", ["couponValid"], ["=", [".", "Coupon", "Value"], "X"]]
    facts = cart("A", coupons={"X": coupon(7, 2, "X"), "Y": coupon(8, 2, "Y")})
    outcome = run(tree("highestDiscount", 1, 2), facts, giving(1, 10), giving(2, 5, when=is_x))
    assert refusals(outcome) == {"X": _LOWER, "Y": _CONDITION}


def test_codes_found_valid_without_redeeming_are_refused_too_when_their_campaign_loses() -> None:
    facts = cart("A", coupons={"X": coupon(7, 2, "X")})
    unredeemed = giving(2, 5, when=["and", ["couponValid", False]])
    assert refusals(run(tree("highestDiscount", 1, 2), facts, giving(1, 10), unredeemed)) == {"X": _LOWER}


def test_all_coupon_runs_count_together() -> None:
    facts = cart("A", coupons={"X": coupon(7, 2, "X"), "Y": coupon(8, 2, "Y")})
    outcome = run(tree("highestDiscount", 1, 2), facts, giving(1, 10), giving(2, 6, when=VALID))
    assert discounts(outcome) == [(2, 6), (2, 6)]


def test_codes_below_a_group_that_lost() -> None:
    groups = tree("highestDiscount", 1, ("stackable", 2, ("listOrder", 3, 4)))
    facts = cart("A", coupons={code: coupon(number, number, code) for number, code in enumerate("BCD", 2)})
    outcome = run(groups, facts, giving(1, 99), *(giving(number, 9, when=VALID) for number in (2, 3, 4)))
    assert refusals(outcome) == {"B": _LOWER, "C": _LOWER, "D": _FIRST}


def test_referrals_are_refused_for_the_same_reasons() -> None:
    advocate = ProfileFacts(integration_id="adv", id=6, created=NOW)
    referral = ReferralFacts(id=4, campaign_id=2, code="R", advocate_integration_id="adv", advocate=advocate)
    facts = cart("A", referral=referral, profile=ProfileFacts(integration_id="ann", id=5, created=NOW))
    refer = campaign(rule(["setDiscount", "r", 5], when=["and", ["referralValid"]]), number=2)
    for mode, reason in (
        ("listOrder", "CampaignIsNotFirst"),
        ("highestDiscount", "CampaignGaveLowerDiscount"),
    ):
        outcome = run(tree(mode, 1, 2), facts, giving(1, 10), refer)
        (props,) = [effect.props for effect in outcome.effects if effect.effect_type == "rejectReferral"]
        assert (props.rejection_reason, props.campaign_exclusion_reason) == (
            "ReferralPartOfNotTriggeredCampaign", reason,
        )  # fmt: skip
