"""Taking effects back, from entries as they were stored (behaviour/effects 5, behaviour/loyalty 5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tercel.base.codec import decode_any, encode
from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.run.reversal import StoredEntry, reverse
from tercel.evaluation.snapshot import (
    AchievementFacts,
    CouponFacts,
    LoyaltyBalanceFacts,
    LoyaltyProgramFacts,
    ProfileFacts,
)
from tests.evaluation.support import NOW, campaign, program, rule, snapshot
from tests.support.loyalty import club

_ITEMS = [".", "Session", "CartItems"]


def _stored(outcome: Outcome) -> list[StoredEntry]:
    effects = decode_any(encode(outcome.effects))
    return [
        StoredEntry(
            id=number,
            kind=entry.kind,
            campaign_id=entry.campaign_id,
            ruleset_id=entry.ruleset_id,
            rule_index=entry.rule_index,
            amount=entry.amount,
            effect=None if entry.effect_index is None else effects[entry.effect_index],
            position=entry.position,
            sub_position=entry.sub_position,
            profile_integration_id="ann",
        )
        for number, entry in enumerate(outcome.changes.entries)
    ]


def _entries(*effects: Any) -> list[StoredEntry]:
    facts = snapshot(
        profile=ProfileFacts(integration_id="ann", id=5, created=NOW),
        coupons={"A": CouponFacts(id=9, campaign_id=1, value="A")},
        additional_cost_ids={"shipping": 7},
        loyalty={
            "club": LoyaltyProgramFacts(
                program=club(8, "club"), subledgers={"": LoyaltyBalanceFacts(current=Decimal(50))}
            )
        },
        achievements={
            "steps": AchievementFacts(id=6, name="steps", target=Decimal(10), value=Decimal(2), tracker_id=1)
        },
    )
    assert facts.session is not None
    facts.session.additional_costs = {"shipping": Decimal(5)}
    facts.session.state = "closed"
    return _stored(evaluate(program(campaign(rule(*effects, when=["and", ["couponValid"]]))), facts))


def _told(entries: list[StoredEntry], units: Any = None) -> list[tuple[str, dict]]:
    effects = [reversal.effect for reversal in reverse(entries, units) if reversal.effect]
    return [(each["effectType"], each["props"]) for each in decode_any(encode(effects))]


def test_cancel_takes_everything_back_in_order() -> None:
    entries = _entries(
        ["setDiscount", "s", 3, ["kv", ["scope", "cartItems"]]],
        ["setDiscountPerItem", "i", _ITEMS, [["I"], 2]],
        ["setDiscountPerAdditionalCost", "c", "shipping", 1],
        ["addLoyaltyPoints", "club", "earn", 10],
        ["deductLoyaltyPoints", "club", "spend", 20],
        ["increaseAchievementProgress", "steps", 3],
        ["createCoupon", ["kv", ["recipient", "Current"]]],
        ["addFreeItem", "G", "gift"],
    )
    told = _told(entries)
    uuids = [props.pop("transactionUUID") for _, props in told if "transactionUUID" in props]
    assert len(set(uuids)) == 2
    points = {"programId": 8, "subLedgerId": "", "recipientIntegrationId": "ann"}
    assert told == [
        ("rollbackCoupon", {"value": "A"}),
        ("rollbackDiscount", {"name": "s", "value": 3, "scope": "cartItems"}),
        ("rollbackDiscount", {"name": "i#0", "value": 2, "cartItemPosition": 0, "cartItemSubPosition": 0}),
        ("rollbackDiscount", {"name": "c", "value": 1, "additionalCostId": 7, "additionalCost": "shipping"}),
        ("rollbackAddedLoyaltyPoints", {**points, "value": 10}),
        ("rollbackDeductedLoyaltyPoints", {**points, "value": 20}),
        (
            "rollbackIncreasedAchievementProgress",
            {
                "achievementId": 6,
                "achievementName": "steps",
                "progressTrackerId": 1,
                "decreaseProgressBy": 3,
                "currentProgress": 2,
                "target": 10,
            },
        ),
    ]


def test_cancel_gives_budgets_back_except_those_of_created_codes() -> None:
    entries = _entries(["createCoupon", ["kv", ["recipient", "Current"]]], ["addFreeItem", "G", "gift"])
    reversals = reverse(entries)
    assert [reversal.entry.kind for reversal in reversals] == ["redeemCoupon", "addFreeItemEffect"]
    assert reversals[1].effect is None


def test_a_return_takes_back_only_what_is_tied_to_the_units() -> None:
    entries = _entries(["setDiscount", "s", 3], ["setDiscountPerItem", "i", _ITEMS, [["I"], 2]])
    assert [kind for kind, _ in _told(entries, {(0, 0)})] == ["rollbackDiscount"]
    assert _told(entries, {(0, 1)}) == []


@pytest.mark.parametrize(
    ("kind", "goes"), [("setDiscount", True), ("createLoyaltyPoints", True), ("customEffect", False)]
)
def test_what_happened_for_a_unit_stays_when_it_returns(kind: str, goes: bool) -> None:
    given = StoredEntry(
        id=1,
        kind=kind,
        campaign_id=1,
        ruleset_id=1,
        rule_index=0,
        amount=Decimal(1),
        position=0,
        sub_position=0,
    )
    assert len(reverse([given], {(0, 0)})) == goes
    assert len(reverse([given])) == 1


def test_the_envelope_is_that_of_the_original() -> None:
    effect = reverse(_entries(["setDiscount", "s", 3]))[1].effect
    assert effect is not None
    assert (effect.campaign_id, effect.ruleset_id, effect.rule_index, effect.rule_name) == (1, 1, 0, "rule")
    assert effect.triggered_by_coupon == 9
