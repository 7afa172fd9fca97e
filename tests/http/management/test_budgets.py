"""What closing takes from every budget that the API can reach, what undoing gives back, and what campaigns show of it."""

from typing import Any

import pytest

from tests.support.server import created
from tests.support.shop import Shop, item, rule

Json = dict[str, Any]
_CREATED = {"createCoupon", "createReferral"}

#: Action, effect (None: the codes alone take from the budget), amount.
_ACTIONS: list[tuple[str, Any, int]] = [
    ("redeemCoupon", None, 1),
    ("redeemReferral", None, 1),
    ("createCoupon", ["createCoupon", ["kv", ["usageLimit", 1]]], 1),
    ("createReferral", ["createReferral", ["kv", ["usageLimit", 1]]], 1),
    ("setDiscount", ["setDiscount", "x", 30], 30),
    ("setDiscountEffect", ["setDiscount", "x", 30], 1),
    ("addFreeItemEffect", ["addFreeItem", "F", "free"], 1),
]
_LIMITS: list[Json] = [{"entities": [], **period} for period in (
    {}, {"period": "daily"}, {"period": "weekly"}, {"period": "monthly"}, {"period": "yearly"}
)]  # fmt: skip
_OF_ENTITIES: list[Json] = [
    {"entities": [entity]} for entity in ("Coupon", "Referral", "Profile", "Identifier", "Store", "Session")
]


class Counting:
    """A shop whose campaign has budgets of one action, and sessions that have everything to count by."""

    def __init__(self, shop: Shop, action: str, effect: Any, limits: list[Json], limit: int = 100) -> None:
        self.shop = shop
        valid = ["and", ["couponValid"], ["referralValid"]]
        self.campaign = shop.campaign(
            rule(*([] if effect is None else [effect]), when=valid),
            limits=[{"action": action, "limit": limit, **each} for each in limits],
            features=["coupons", "referrals"],
        )
        shop.coupon(self.campaign, "CODE")
        body = {"campaignId": self.campaign["id"], "advocateProfileIntegrationId": f"bob {shop.ann}",
                "usageLimit": 0}  # fmt: skip
        self.code = created(shop.integration.post("/v1/referrals", json=body))["code"]
        store = {"name": "m", "description": "", "integrationId": "mitte"}
        created(shop.management.post(f"{shop.path}/stores", json=store))
        path = f"/v2/customer_profiles/bob {shop.ann}?runRuleEngine=false"
        assert shop.integration.put(path, json={}).status_code == 200

    def move(self, session_id: str, state: str, **fields: Any) -> Json:
        cart = {
            "profileId": self.shop.ann,
            "couponCodes": ["CODE"],
            "referralCode": self.code,
            "storeIntegrationId": "mitte",
            "identifiers": ["i", "j"],
            "cartItems": [item("A", 100)],
        }
        return self.shop.update(session_id, state=state, **{**cart, **fields})

    def reopen(self, session_id: str) -> None:
        answer = self.shop.integration.put(f"/v2/customer_sessions/{session_id}/reopen")
        assert answer.status_code == 200, answer.text

    def shown(self) -> list[Any]:
        path = f"{self.shop.path}/campaigns/{self.campaign['id']}"
        return [budget["counter"] for budget in self.shop.management.get(path).json()["budgets"]]


@pytest.mark.parametrize(("action", "effect", "amount"), _ACTIONS)
def test_closing_takes_and_undoing_gives_back(shop: Shop, action: str, effect: Any, amount: int) -> None:
    limits = [*_LIMITS, *_OF_ENTITIES]
    counting = Counting(shop, action, effect, limits)
    counting.move("s", "open")
    assert counting.shown() == [0] * len(limits)
    counting.move("s", "closed")
    assert counting.shown() == [amount] * len(limits)
    counting.reopen("s")
    kept = amount if action in _CREATED else 0
    assert counting.shown() == [kept] * len(limits)
    counting.move("s", "closed")
    assert counting.shown() == [amount] * len(limits)  # a code that was created is only repeated
    counting.move("s", "cancelled")
    assert counting.shown() == [kept] * len(limits)


@pytest.mark.parametrize("limit", [{"entities": []}, {"entities": ["Store", "Coupon"], "period": "weekly"}])
@pytest.mark.parametrize(("action", "effect", "amount"), _ACTIONS)
def test_a_budget_ends(shop: Shop, action: str, effect: Any, amount: int, limit: Json) -> None:
    counting = Counting(shop, action, effect, [limit], limit=amount)
    counting.move("first", "closed")
    second = counting.move("second", "closed")
    assert counting.shown() == [amount]
    assert not [each for each in second["effects"] if not each["effectType"].startswith("reject")]


def test_a_reservation_counts_when_it_is_made(shop: Shop) -> None:
    shared = {"action": "reserveCoupon", "limit": 1}
    limits = [{**shared, "entities": []}, {**shared, "entities": ["Coupon"], "period": "daily"}]
    campaign = shop.campaign(rule(["reserveCoupon"]), limits=limits)
    shop.coupon(campaign, "CODE")
    for state in ("open", "open", "closed"):
        shop.update("s", profileId=shop.ann, couponCodes=["CODE"], state=state, cartItems=[item("A", 1)])
        assert shop.budgets(campaign) == {"reserveCoupon": 1}
    other = shop.update("t", profileId=f"{shop.ann} 2", couponCodes=["CODE"], cartItems=[item("A", 1)])
    assert "reserveCoupon" not in [each["effectType"] for each in other["effects"]]


@pytest.mark.parametrize("condition", ["couponCanBeCreated", "referralCanBeCreated"])
def test_a_code_of_the_session_is_repeated_when_the_budget_is_used_up(shop: Shop, condition: str) -> None:
    action = condition.removesuffix("CanBeCreated").title()
    effect = [f"create{action}", ["kv", ["storeInSession", True]]]
    limits = [{"action": f"create{action}", "limit": 1, "entities": []}]
    campaign = shop.campaign(rule(effect, when=["and", [condition]]), limits=limits)
    given = [shop.update("s", profileId=shop.ann, cartItems=[item("A", 1)])["effects"] for _ in range(2)]
    assert len(given[0]) == 1
    assert given[1] == given[0]
    assert shop.update("t", profileId=shop.ann, cartItems=[item("A", 1)])["effects"] == []
    assert shop.budgets(campaign) == {f"create{action}": 1}
