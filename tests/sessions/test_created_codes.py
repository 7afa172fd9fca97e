"""Codes that rules create for a session are the same ones in each of its answers (behaviour/sessions 10)."""

from tests.support.shop import Shop, item, rule, short

KEPT = ["kv", ["storeInSession", True], ["usageLimit", 2], ["discountLimit", 9]]
CART = [item("A", 10)]


def test_a_code_is_answered_again_as_it_is(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["createCoupon", KEPT]),
        rule(["setDiscount", "d", 4], when=["and", ["couponValid"]]),
    )
    (first,) = shop.update("s", cartItems=CART)["createdCoupons"]
    shop.update("other", state="closed", couponCodes=[first["value"]], cartItems=CART)
    (again,) = shop.update("s", cartItems=CART)["createdCoupons"]
    used = {"usageCounter": 1, "discountCounter": 4, "discountRemainder": 5}
    assert again == {**first, **used}
    assert shop.stored_coupon(campaign, first["value"])["id"] == again["id"]
    assert shop.update("s", state="closed")["createdCoupons"] == [again]


def test_a_referral_is_answered_again_as_it_is(shop: Shop) -> None:
    shop.campaign(rule(["createReferral", KEPT]), features=["referrals"])
    (first,) = shop.update("s", profileId=shop.ann, cartItems=CART)["createdReferrals"]
    assert shop.update("s", cartItems=CART)["createdReferrals"] == [first]


def test_a_code_that_was_deleted_is_only_told(shop: Shop) -> None:
    campaign = shop.campaign(rule(["createCoupon", KEPT]))
    (made,) = shop.update("s", cartItems=CART)["createdCoupons"]
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons/{made['id']}"
    assert shop.management.delete(path).status_code == 204
    again = shop.update("s", cartItems=CART)
    assert short(again) == [("couponCreated", {"value": made["value"], "profileId": ""})]
    assert again["createdCoupons"] == []
