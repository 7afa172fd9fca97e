"""Budgets per customer and per session, as they stand for one of them (behaviour/budgets 2, 10)."""

from tests.support.contract import validate
from tests.support.shop import Shop, item, rule


def test_limits_are_shown_for_the_customer_and_the_session_that_used_them(shop: Shop) -> None:
    per_customer = {"action": "setDiscount", "limit": 100, "entities": ["Profile"], "period": "monthly"}
    per_coupon = {"action": "redeemCoupon", "limit": 2, "entities": ["Coupon", "Profile"]}
    per_session = {"action": "setDiscountEffect", "limit": 3, "entities": ["Session"]}
    campaign = shop.campaign(
        rule(["setDiscount", "d", 5], when=["and", ["couponValid"]]),
        limits=[
            per_customer,
            per_coupon,
            per_session,
            {"action": "customEffect", "limit": 1, "entities": []},
        ],
    )
    coupon = shop.coupon(campaign, "EACH")
    cart = {"couponCodes": ["EACH"], "cartItems": [item("A", 50)], "state": "closed"}
    shop.update("s1", profileId=shop.ann, **cart)
    session = shop.update("s2", "customerSession", profileId=shop.ann, **cart)["customerSession"]
    shop.update("s3", profileId=f"other {shop.ann}", **cart)

    ann = shop.profile(shop.ann)["id"]
    found = shop.management.get(f"{shop.path}/customers/{ann}/limit_counters").json()["data"]
    for counter in found:
        validate(counter, "LimitCounter")
        assert (counter["campaignId"], counter["profileIntegrationId"]) == (campaign["id"], shop.ann)
    shown = [(each["action"], each.get("couponValue"), each["limit"], each["counter"]) for each in found]
    assert shown == [("redeemCoupon", "EACH", 2, 2), ("setDiscount", None, 100, 10)]
    assert found[0]["couponId"] == coupon["id"]
    assert found[1]["period"].startswith("Y2")

    path = f"{shop.path}/sessions/{session['id']}/limit_counters"
    (only,) = shop.management.get(path).json()["data"]
    assert (only["action"], only["limit"], only["counter"]) == ("setDiscountEffect", 3, 1)
    assert shop.management.get(f"{shop.path}/customers/999999999/limit_counters").status_code == 404
