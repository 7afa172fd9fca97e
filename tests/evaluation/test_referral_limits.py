"""Which reason a referral gets when a budget of redemptions is used up: its own, the friend's or the campaign's (behaviour/codes 9)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.snapshot import CounterKey, LimitFacts, ProfileFacts, ReferralFacts
from tests.evaluation.support import NOW, campaign, program, rule, snapshot


@pytest.mark.parametrize(
    ("entities", "scope", "reason"),
    [
        (("Referral",), "Referral=4", "ReferralLimitReached"),
        (("Profile",), "Profile=5", "ProfileLimitReached"),
        (("Profile", "Referral"), "Profile=5|Referral=4", "ProfileLimitReached"),
        ((), "", "CampaignLimitReached"),
    ],
)
def test_the_reason_names_whose_budget_is_used_up(entities: tuple[str, ...], scope: str, reason: str) -> None:
    limit = LimitFacts(action="redeemReferral", limit=Decimal(2), entities=entities)
    refer = campaign(rule(["setDiscount", "r", 5], when=["and", ["referralValid"]]), limits=(limit,))
    advocate = ProfileFacts(integration_id="adv", id=6, created=NOW)
    referral = ReferralFacts(id=4, campaign_id=1, code="R", advocate_integration_id="adv", advocate=advocate)
    facts = snapshot(referral=referral, profile=ProfileFacts(integration_id="ann", id=5, created=NOW))
    assert [effect.effect_type for effect in evaluate(program(refer), facts).effects] == [
        "acceptReferral", "setDiscount",
    ]  # fmt: skip
    facts.counters = {CounterKey(1, "redeemReferral", scope, ""): Decimal(2)}
    (refused,) = evaluate(program(refer), facts).effects
    assert refused.props.rejection_reason == reason
