"""What belongs to one session, friend or coupon stays with it when there is another one beside it (behaviour/sessions 11; behaviour/codes 6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.shop import TOTAL, Shop, item, rule, short

_TWO = [item("A", 60), item("B", 20)]
_REFERRED = rule(["setDiscount", "d", 1], when=["and", ["referralValid"]])


def _kinds(answer: dict[str, Any]) -> list[str]:
    return [kind for kind, _ in short(answer)]


def test_the_effects_of_a_return_are_those_of_its_session(shop: Shop) -> None:
    small = ["and", ["<", TOTAL, 50]]
    shop.campaign(
        rule(["setDiscount", "d", 1]),
        rule(["showNotification", "Info", "small", "text"], when=small),
        reevaluateOnReturn=True,
    )
    for session in ("returned", "beside"):
        shop.update(session, state="closed", cartItems=_TWO)
    gone = shop.returned("returned", [{"position": 0, "quantity": 1}], query="?runRuleEngine=true")
    assert _kinds(gone) == ["showNotification"]
    assert "showNotification" in _kinds(shop.get("returned"))
    assert _kinds(shop.get("beside")) == ["setDiscount"]
    again = shop.returned("beside", [{"position": 0, "quantity": 1}], query="?runRuleEngine=true")
    assert _kinds(again) == ["showNotification"]


def _referral(shop: Shop, campaign: dict[str, Any], **fields: Any) -> str:
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, **fields}
    return str(shop.integration.post("/v1/referrals", json=body).json()["code"])


def test_a_friend_who_was_referred_bars_nobody_else(shop: Shop) -> None:
    campaign = shop.campaign(_REFERRED, features=["referrals"])
    for name in ("bob", "cid"):
        friend = f"{name} of {shop.application['id']}"
        shop.update(f"{name} looks around", profileId=friend)
        code = _referral(shop, campaign)
        answer = shop.update(name, state="closed", profileId=friend, referralCode=code, cartItems=_TWO)
        assert "acceptReferral" in _kinds(answer)


@pytest.mark.parametrize("limit", [0, 5])
def test_each_coupon_of_a_session_counts_its_own_use(shop: Shop, limit: int) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 2], when=["and", ["couponValid"]]))
    for code in ("ONE1", "TWO2"):
        shop.coupon(campaign, code, usageLimit=limit)
    session = {"profileId": shop.ann, "cartItems": _TWO}
    shop.update("before", state="closed", couponCodes=["ONE1"], **session)
    answer = shop.update("order", "coupons", state="closed", couponCodes=["ONE1", "TWO2"], **session)
    assert {
        each["value"]: (each["usageCounter"], each["discountCounter"], each["profileRedemptionCount"])
        for each in answer["coupons"]
    } == {"ONE1": (2, 4, 2), "TWO2": (1, 2, 1)}


@pytest.mark.parametrize("limit", [0, 5])
def test_a_referral_tells_its_friends_as_the_session_leaves_them(shop: Shop, limit: int) -> None:
    campaign = shop.campaign(_REFERRED, features=["referrals"])
    code = _referral(shop, campaign, usageLimit=limit)
    bob, cid = (f"{name} of {shop.application['id']}" for name in ("bob", "cid"))

    def told(name: str, **fields: Any) -> tuple[int, list[str]]:
        referral = shop.update(name, "referral", **fields)["referral"]
        return referral["usageCounter"], sorted(referral["referredCustomers"])

    order = {"referralCode": code, "cartItems": _TWO}
    assert told("bob", profileId=bob, **order) == (0, [])
    assert told("bob", state="closed") == (1, [bob])
    assert told("cid", profileId=cid, state="closed", **order) == (2, [bob, cid])
    assert told("bob", state="cancelled") == (1, [cid])
    assert told("cid", state="cancelled") == (0, [])


def test_own_limits_of_one_coupon_are_looked_at_beside_one_without(shop: Shop) -> None:
    """In a shop that has no other limit."""
    campaign = shop.campaign(rule(["setDiscount", "d", 2], when=["and", ["couponValid"]]))
    shop.coupon(campaign, "FREE")
    shop.coupon(campaign, "ONCE", limits=[{"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}])
    session = {"profileId": shop.ann, "cartItems": _TWO, "state": "closed", "couponCodes": ["FREE", "ONCE"]}
    accepted = [
        [props["value"] for kind, props in short(shop.update(name, **session)) if kind == "acceptCoupon"]
        for name in ("first", "second")
    ]
    assert accepted == [["FREE", "ONCE"], ["FREE"]]


def test_coupons_for_many_have_the_attributes_they_were_asked_with(shop: Shop) -> None:
    name = f"Lot{shop.application['id']}"
    definition = {"entity": "Coupon", "name": name, "title": name, "type": "string", "description": ""}
    body = {**definition, "suggestions": [], "editable": True}
    assert shop.management.post("/v1/attributes", json=body).status_code == 201
    campaign = shop.campaign()
    path = f"{shop.path}/campaigns/{campaign['id']}"
    many = {"usageLimit": 1, "recipientsIntegrationIds": [shop.ann, "bob"], "attributes": {name: "spring"}}
    shop.management.post(f"{path}/coupons_with_recipients", json=many).raise_for_status()
    made = shop.management.get(f"{path}/coupons/no_total").json()["data"]
    assert [each["attributes"] for each in made] == [{name: "spring"}] * 2


def test_a_code_that_the_session_does_not_keep_is_made_when_it_closes(shop: Shop) -> None:
    campaign = shop.campaign(rule(["createCoupon", ["kv", ["storeInSession", False]]]))
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons/no_total"

    def made() -> int:
        return len(shop.management.get(path).json()["data"])

    for _ in range(2):
        shop.update("order", cartItems=_TWO)
    assert made() == 0
    shop.update("order", state="closed")
    assert made() == 1
