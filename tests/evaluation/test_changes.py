"""What an evaluation asks to be written (behaviour/effects 7)."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tercel.evaluation.evaluate import evaluate, limit_keys
from tercel.evaluation.outcome import CounterUse, WebhookRequest
from tercel.evaluation.snapshot import (
    CounterKey,
    CouponFacts,
    LimitFacts,
    ProfileFacts,
    ReferralFacts,
    StoreFacts,
    Wants,
    WebhookFacts,
)
from tests.evaluation.support import NOW, campaign, program, rule, snapshot

_PROFILE = ProfileFacts(integration_id="ann", id=5, created=NOW)
_COUPON = CouponFacts(id=9, campaign_id=1, value="A", discount_limit=Decimal(50))
_WITH_COUPON = ["and", ["couponValid"]]


def _limit(action: str, *entities: str, period: str | None = None, limit: int = 100) -> LimitFacts:
    return LimitFacts(action=action, limit=Decimal(limit), entities=entities, period=period)


def test_entries_carry_their_uses() -> None:
    limits = (_limit("setDiscount", "Profile", "Coupon"), _limit("setDiscountEffect", period="monthly"))
    built = program(campaign(rule(["setDiscount", "x", 30], when=_WITH_COUPON), limits=limits))
    outcome = evaluate(built, snapshot(profile=_PROFILE, coupons={"A": _COUPON}))
    redeemed, discount = outcome.changes.entries
    assert (redeemed.kind, redeemed.amount, redeemed.coupon_id, redeemed.uses) == ("redeemCoupon", 1, 9, ())
    assert (discount.kind, discount.amount, discount.coupon_discount) == ("setDiscount", 30, 30)
    assert discount.uses == (
        CounterUse(CounterKey(1, "setDiscountEffect", "", "Y2026M7"), Decimal(1), Decimal(100)),
        CounterUse(CounterKey(1, "setDiscount", "Coupon=9|Profile=5", ""), Decimal(30), Decimal(100)),
    )


def test_per_item_entries_name_their_unit() -> None:
    items = [".", "Session", "CartItems"]
    outcome = evaluate(program(campaign(rule(["setDiscountPerItem", "x", items, [["I"], 1]]))), snapshot())
    assert [(entry.position, entry.sub_position) for entry in outcome.changes.entries] == [(0, 0)]


def test_a_remembered_code_is_repeated_and_takes_no_budget() -> None:
    effect = ["createCoupon", ["kv", ["storeInSession", True], ["discountLimit", 50], ["usageLimit", 3]]]
    built = program(campaign(rule(effect), limits=(_limit("createCoupon", limit=1),)))
    first = evaluate(built, snapshot()).changes
    (code,) = first.created_codes
    assert (code.kind, code.is_new, code.usage_limit, code.discount_limit) == ("coupon", True, 3, Decimal(50))
    assert len(code.value) == 8
    used = {CounterKey(1, "createCoupon", "", ""): Decimal(1)}
    again = evaluate(built, snapshot(created_codes={code.memory_key: "OLDCODE"}, counters=used))
    assert again.effects[0].props.value == "OLDCODE"
    assert [each.is_new for each in again.changes.created_codes] == [False]
    assert again.changes.entries == []


def test_one_effect_creates_a_code_per_repetition() -> None:
    effect = ["repeat", 2, ["createCoupon", ["kv", ["storeInSession", True]]]]
    codes = evaluate(program(campaign(rule(effect))), snapshot()).changes.created_codes
    assert len({code.memory_key for code in codes}) == len({code.value for code in codes}) == 2


def test_the_referral_is_redeemed_once_over_several_coupon_runs() -> None:
    advocate = ProfileFacts(integration_id="adv", id=6, created=NOW)
    referral = ReferralFacts(id=4, campaign_id=1, code="R", advocate_integration_id="adv", advocate=advocate)
    other = replace(_COUPON, id=10, value="B")
    built = program(campaign(rule(["setDiscount", "x", 1], when=["and", ["couponValid"], ["referralValid"]])))
    outcome = evaluate(
        built, snapshot(profile=_PROFILE, referral=referral, coupons={"A": _COUPON, "B": other})
    )
    kinds = [effect.effect_type for effect in outcome.effects]
    assert kinds == ["acceptCoupon", "acceptReferral", "setDiscount", "acceptCoupon", "setDiscount"]
    assert [effect.triggered_by_coupon for effect in outcome.effects] == [9, 9, 9, 10, 10]


def test_limit_keys_are_those_that_may_be_needed() -> None:
    limits = (
        _limit("setDiscount"),
        _limit("redeemCoupon", "Coupon"),
        _limit("setDiscount", "Identifier", period="daily"),
        _limit("addFreeItemEffect", "Profile"),
        _limit("customEffect", "Store"),
        _limit("callApi", "Session"),
    )
    built = program(
        campaign(rule(["setDiscount", "x", 1]), limits=limits),
        campaign(
            rule(when=["and", [">", [".", "Session", "Total"], 999]]),
            number=2,
            limits=(_limit("setDiscount"),),
        ),
    )
    facts = snapshot(coupons={"A": _COUPON}, store=StoreFacts(id=7, integration_id="s"))
    assert facts.session is not None
    facts = replace(facts, session=replace(facts.session, identifiers=["x", "y"]))
    assert limit_keys(built, facts) == {
        CounterKey(1, "setDiscount", "", ""),
        CounterKey(1, "redeemCoupon", "Coupon=9", ""),
        CounterKey(1, "setDiscount", "Identifier=x", "Y2026D196"),
        CounterKey(1, "setDiscount", "Identifier=y", "Y2026D196"),
        CounterKey(1, "customEffect", "Store=7", ""),
        CounterKey(1, "callApi", "Session=3", ""),
    }


def test_failures_only_when_asked() -> None:
    built = program(campaign(rule(when=["and", True, ["couponValid"]])))
    assert evaluate(built, snapshot()).failures == []
    (failure,) = evaluate(built, snapshot(wants=Wants(failures=True))).failures
    assert (failure.rule_index, failure.condition_index, failure.campaign_name) == (0, 1, "C1")


def test_webhooks_and_audiences() -> None:
    effects = (["triggerWebhook", 9, ["kv", ["a", 1]]], ["addToAudience", 4], ["removeFromAudience", 4])
    built = program(campaign(rule(*effects)))
    webhook = WebhookFacts(id=9, name="Ship", url="https://shop.example/${$a}", payload='{"a": ${$a}}')
    changes = evaluate(built, snapshot(profile=_PROFILE, webhooks={9: webhook})).changes
    url = "https://shop.example/1"
    assert changes.webhooks == [WebhookRequest(webhook_id=9, verb="POST", url=url, payload='{"a": 1}')]
    assert (changes.audience_joins, changes.audience_leaves) == ([(4, "ann")], [(4, "ann")])


def test_reservations() -> None:
    built = program(campaign(rule(["reserveCoupon"])))
    assert evaluate(
        built, snapshot(profile=_PROFILE, coupons={"A": _COUPON})
    ).changes.reserved_coupon_ids == [9]
