"""Every action, period and set of entities that a budget can have: what is counted, where it ends (behaviour/budgets 1, 2, 3)."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from tercel.evaluation.evaluate import evaluate, limit_keys
from tercel.evaluation.facts import CampaignFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.snapshot import (
    CartLine,
    CounterKey,
    CouponFacts,
    CustomEffectFacts,
    GiveawayPoolFacts,
    LimitFacts,
    LoyaltyBalanceFacts,
    LoyaltyProgramFacts,
    ProfileFacts,
    ReferralFacts,
    SessionFacts,
    Snapshot,
    StoreFacts,
    WebhookFacts,
)
from tercel.evaluation.state.budgets import Holder, counters, place_of
from tests.evaluation.support import NOW, campaign, program, rule, snapshot
from tests.support.loyalty import club


class Action(NamedTuple):
    """An effect that takes from a budget (None: the codes alone do), and how much."""

    effect: Any
    amount: int = 1


_POINTS = ["addLoyaltyPoints", "bonus", "r", 30]
_SPENT = ["deductLoyaltyPoints", "bonus", "r", 30]
_ACTIONS = {
    "redeemCoupon": Action(None),
    "redeemReferral": Action(None),
    "createCoupon": Action(["createCoupon", ["kv", ["usageLimit", 1]]]),
    "createReferral": Action(["createReferral", ["kv", ["usageLimit", 1]]]),
    "setDiscount": Action(["setDiscount", "x", 30], 30),
    "setDiscountEffect": Action(["setDiscount", "x", 30]),
    "createLoyaltyPoints": Action(_POINTS, 30),
    "createLoyaltyPointsEffect": Action(_POINTS),
    "redeemLoyaltyPoints": Action(_SPENT, 30),
    "redeemLoyaltyPointsEffect": Action(_SPENT),
    "awardGiveaway": Action(["awardGiveaway", 4]),
    "addFreeItemEffect": Action(["addFreeItem", "F", "free"]),
    "customEffect": Action(["customEffect", 8]),
    "callApi": Action(["triggerWebhook", 9]),
    "reserveCoupon": Action(["reserveCoupon"]),
}
_PERIODS = {None: "", "daily": "Y2026D196", "weekly": "Y2026W29", "monthly": "Y2026M7", "yearly": "Y2026"}
_ENTITIES = {
    (): [""],
    ("Coupon",): ["Coupon=9"],
    ("Referral",): ["Referral=7"],
    ("Profile",): ["Profile=5"],
    ("Identifier",): ["Identifier=i", "Identifier=j"],
    ("Store",): ["Store=2"],
    ("Session",): ["Session=3"],
    ("Profile", "Coupon"): ["Coupon=9|Profile=5"],
    ("Store", "Identifier"): ["Identifier=i|Store=2", "Identifier=j|Store=2"],
    ("Session", "Store", "Profile", "Referral", "Coupon"): [
        "Coupon=9|Profile=5|Referral=7|Session=3|Store=2"
    ],
}


def _campaign(action: str, *limits: LimitFacts, **keys: Any) -> CampaignFacts:
    effect = _ACTIONS[action].effect
    valid = ["and", ["couponValid"], ["referralValid"]]
    return campaign(rule(*([] if effect is None else [effect]), when=valid), limits=limits, **keys)


def _snapshot(**keys: Any) -> Snapshot:
    """A closing session with one of everything that budgets may be counted by."""
    session = SessionFacts(
        integration_id="s", id=3, created=NOW, updated=NOW, state="closed", identifiers=["i", "j", "i"],
        lines=[CartLine(sku="A", quantity=1, price=Decimal(100))], coupon_codes=["C"], referral_code="R",
    )  # fmt: skip
    bob = ProfileFacts(integration_id="bob", id=6, created=NOW)
    balance = LoyaltyBalanceFacts(current=Decimal(100))
    return snapshot(**{
        "session": session,
        "profile": ProfileFacts(integration_id="ann", id=5, created=NOW),
        "store": StoreFacts(id=2, integration_id="mitte"),
        "coupons": {"C": CouponFacts(id=9, campaign_id=1, value="C")},
        "referral": ReferralFacts(id=7, campaign_id=1, code="R", advocate_integration_id="bob", advocate=bob),
        "giveaway_pools": {4: GiveawayPoolFacts(id=4, name="pool", free=[(1, "A"), (2, "B")])},
        "custom_effects": {8: CustomEffectFacts(id=8, name="ring")},
        "webhooks": {9: WebhookFacts(id=9, name="ship", url="https://shop.example/")},
        "loyalty": {
            "bonus": LoyaltyProgramFacts(program=club(3, "bonus"), is_member=True, subledgers={"": balance})
        },
        **keys,
    })  # fmt: skip


def _limit(action: str, limit: int, period: str | None = None, *entities: str) -> LimitFacts:
    return LimitFacts(action=action, limit=Decimal(limit), period=period, entities=entities)


def _uses(outcome: Outcome) -> list[Any]:
    return [(use.key, use.amount) for entry in outcome.changes.entries for use in entry.uses]


@pytest.mark.parametrize("period", _PERIODS)
@pytest.mark.parametrize("action", _ACTIONS)
def test_a_budget_is_counted_by_period_and_entities_and_holds(action: str, period: str | None) -> None:
    amount = _ACTIONS[action].amount
    for entities, scopes in _ENTITIES.items():
        built = program(_campaign(action, _limit(action, 100, period, *entities)))
        keys = [CounterKey(1, action, scope, _PERIODS[period]) for scope in scopes]
        assert limit_keys(built, _snapshot()) == set(keys)
        enough = {key: Decimal(100 - amount) for key in keys}
        outcome = evaluate(built, _snapshot(counters=enough))
        assert _uses(outcome) == [(key, amount) for key in keys]
        assert outcome.triggered == [1]
        for key in keys:
            short = evaluate(built, _snapshot(counters={**enough, key: enough[key] + 1}))
            assert _uses(short) == []
            assert short.triggered == []


@pytest.mark.parametrize("action", _ACTIONS)
def test_an_overall_budget_and_one_per_period_hold_both(action: str) -> None:
    amount = _ACTIONS[action].amount
    limits = [_limit(action, 100, period) for period in _PERIODS]
    built = program(_campaign(action, *limits))
    keys = [CounterKey(1, action, "", period) for period in _PERIODS.values()]
    assert _uses(evaluate(built, _snapshot())) == [(key, amount) for key in keys]
    for key in keys:
        outcome = evaluate(built, _snapshot(counters={key: Decimal(101 - amount)}))
        assert outcome.triggered == []


@pytest.mark.parametrize("action", _ACTIONS)
def test_one_evaluation_counts_what_it_took(action: str) -> None:
    effect = _ACTIONS[action].effect
    if effect is None:
        return
    amount = _ACTIONS[action].amount
    built = program(campaign(rule(effect), rule(effect), limits=(_limit(action, 2 * amount - 1),)))
    outcome = evaluate(built, _snapshot())
    assert [each for _, each in _uses(outcome)] == [amount]


@pytest.mark.parametrize("entity", ["Coupon", "Referral", "Identifier", "Store"])
def test_a_limit_on_what_is_not_there_is_not_applied(entity: str) -> None:
    built = program(campaign(rule(["setDiscount", "x", 5]), limits=(_limit("setDiscount", 0, None, entity),)))
    assert evaluate(built, snapshot()).triggered == [1]


def test_a_limit_per_profile_needs_one() -> None:
    limits = (_limit("setDiscount", 9, None, "Profile"),)
    built = program(campaign(rule(["setDiscount", "x", 5]), limits=limits))
    assert evaluate(built, snapshot()).triggered == []
    assert limit_keys(built, snapshot()) == set()


# Budgets of single stores

_OF_STORES = {2: (_limit("setDiscount", 40, "monthly", "Store"), _limit("setDiscount", 100, None, "Store"))}
_MONTHLY = CounterKey(1, "setDiscount", "Store=2", "Y2026M7")
_OVERALL = CounterKey(1, "setDiscount", "Store=2", "")


def test_a_store_takes_from_its_own_budgets() -> None:
    built = program(_campaign("setDiscount", store_limits=_OF_STORES))
    assert limit_keys(built, _snapshot()) == {_MONTHLY, _OVERALL}
    assert _uses(evaluate(built, _snapshot())) == [(_MONTHLY, 30), (_OVERALL, 30)]
    for key, used in ((_MONTHLY, 11), (_OVERALL, 71)):
        assert evaluate(built, _snapshot(counters={key: Decimal(used)})).triggered == []


@pytest.mark.parametrize("store", [None, StoreFacts(id=3, integration_id="nord")])
def test_other_stores_take_nothing(store: StoreFacts | None) -> None:
    built = program(_campaign("setDiscount", store_limits=_OF_STORES))
    outcome = evaluate(built, _snapshot(store=store, counters={_OVERALL: Decimal(100)}))
    assert (_uses(outcome), outcome.triggered) == ([], [1])


def test_limits_that_mean_the_same_counter_take_from_it_once() -> None:
    for of_campaign, of_store in ((50, 100), (100, 50)):
        limits = {"setDiscount": (_limit("setDiscount", of_campaign, None, "Store"),)}
        own = {2: (_limit("setDiscount", of_store, None, "Store"),)}
        holder = Holder(1, limits, store_limits=own)
        (counter,) = counters(holder, "setDiscount", place_of(_snapshot()), UTC)
        assert counter == (_OVERALL, Decimal(50), frozenset({"Store"}))


def test_a_budget_of_a_store_cuts_partial_rewards() -> None:
    built = program(_campaign("setDiscount", store_limits=_OF_STORES), allows_partial=True)
    outcome = evaluate(built, _snapshot(counters={_OVERALL: Decimal(88)}))
    assert [amount for _, amount in _uses(outcome)] == [12, 12]
