"""The life of sessions through HTTP and PostgreSQL, step by step (behaviour/sessions 8, 9, 11; behaviour/codes 5)."""

from typing import Any

from tests.support.shop import ALWAYS, ITEMS, TOTAL, Shop, item, rule, short

COUPON = ["and", ["couponValid"]]


def test_discounts_per_item_are_budgeted_and_rolled_back_when_cancelled(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["setDiscountPerItem", "FiveOff", ITEMS, [["Item"], 5]]),
        limits=[
            {"action": "setDiscount", "limit": 1000, "entities": []},
            {"action": "setDiscountEffect", "limit": 100, "entities": []},
        ],
    )
    cart = [item("A", 60), item("B", 20, 2)]
    expected = [
        ("setDiscountPerItem", {"name": "FiveOff#0", "value": 5, "position": 0, "subPosition": 0}),
        ("setDiscountPerItem", {"name": "FiveOff#1", "value": 5, "position": 1, "subPosition": 0}),
        ("setDiscountPerItem", {"name": "FiveOff#1", "value": 5, "position": 1, "subPosition": 1}),
    ]
    assert short(shop.update("s", profileId=shop.ann, cartItems=cart)) == expected
    assert shop.budgets(campaign) == {"setDiscount": 0, "setDiscountEffect": 0}
    assert short(shop.update("s", state="closed")) == expected
    assert shop.budgets(campaign) == {"setDiscount": 15, "setDiscountEffect": 3}
    assert (shop.profile(shop.ann)["closedSessions"], shop.profile(shop.ann)["totalSales"]) == (1, 100)

    cancelled = shop.update("s", "customerProfile", "customerSession", state="cancelled")
    assert short(cancelled) == [
        (
            "rollbackDiscount",
            {"name": "FiveOff#0", "value": 5, "cartItemPosition": 0, "cartItemSubPosition": 0},
        ),
        (
            "rollbackDiscount",
            {"name": "FiveOff#1", "value": 5, "cartItemPosition": 1, "cartItemSubPosition": 0},
        ),
        (
            "rollbackDiscount",
            {"name": "FiveOff#1", "value": 5, "cartItemPosition": 1, "cartItemSubPosition": 1},
        ),
    ]
    assert cancelled["customerProfile"]["closedSessions"] == 0
    assert cancelled["customerSession"]["state"] == "cancelled"
    assert shop.budgets(campaign) == {"setDiscount": 0, "setDiscountEffect": 0}
    assert (shop.profile(shop.ann)["closedSessions"], shop.profile(shop.ann)["totalSales"]) == (0, 0)
    assert shop.get("s")["effects"] == []


def test_a_created_coupon_survives_the_cancelling_of_its_session(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(
            ["setDiscount", "20% off", ["*", TOTAL, ["/", 20, 100]]],
            ["createCoupon", ["kv", ["recipient", "Current"]]],
            when=COUPON,
        ),
        limits=[
            {"action": "setDiscount", "limit": 20000, "entities": []},
            {"action": "createCoupon", "limit": 100, "entities": []},
            {"action": "redeemCoupon", "limit": 1000, "entities": []},
        ],
    )
    shop.coupon(campaign, "SPRING", usageLimit=1)
    closed = shop.update(
        "s",
        profileId=shop.ann,
        state="closed",
        couponCodes=["SPRING"],
        cartItems=[item("A", 60), item("B", 40)],
    )
    created = closed["createdCoupons"][0]["value"]
    assert short(closed) == [
        ("acceptCoupon", {"value": "SPRING"}),
        ("setDiscount", {"name": "20% off", "value": 20}),
        ("couponCreated", {"value": created, "profileId": shop.ann}),
    ]
    assert shop.budgets(campaign) == {"redeemCoupon": 1, "setDiscount": 20, "createCoupon": 1}
    assert shop.stored_coupon(campaign, "SPRING")["usageCounter"] == 1

    assert short(shop.update("s", state="cancelled")) == [
        ("rollbackCoupon", {"value": "SPRING"}),
        ("rollbackDiscount", {"name": "20% off", "value": 20}),
    ]
    assert shop.budgets(campaign) == {"redeemCoupon": 0, "setDiscount": 0, "createCoupon": 1}
    assert shop.stored_coupon(campaign, "SPRING")["usageCounter"] == 0
    assert shop.stored_coupon(campaign, created)["recipientIntegrationId"] == shop.ann


def test_amounts_are_not_rounded(shop: Shop) -> None:
    shop.campaign(
        rule(["setDiscountPerItem", "10% off", ITEMS, [["Item"], ["*", [".", "Item", "Price"], 0.1]]])
    )
    answer = shop.update("s", cartItems=[item("A", 99.99)])
    assert short(answer)[0][1]["value"] == 9.999


def test_unknown_and_known_codes_each_get_their_verdict(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=COUPON))
    shop.coupon(campaign, "GOOD")
    answer = shop.update("s", "customerSession", couponCodes=["NOPE", "GOOD"], cartItems=[item("A", 50)])
    assert short(answer) == [
        ("acceptCoupon", {"value": "GOOD"}),
        ("setDiscount", {"name": "d", "value": 5}),
        ("rejectCoupon", {"value": "NOPE", "rejectionReason": "CouponNotFound"}),
    ]
    assert answer["effects"][-1]["campaignId"] == -1
    assert answer["customerSession"]["couponCodes"] == ["NOPE", "GOOD"]


def test_codes_stay_until_they_are_replaced(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=COUPON))
    shop.coupon(campaign, "GOOD")
    shop.update("s", couponCodes=["GOOD"], cartItems=[item("A", 50)])
    assert short(shop.update("s", cartItems=[item("A", 60)]))[0] == ("acceptCoupon", {"value": "GOOD"})
    assert short(shop.update("s", couponCodes=[])) == []


def test_a_failing_condition_is_named(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=["and", ["couponValid"], [">=", TOTAL, 200]]))
    coupon = shop.coupon(campaign, "GOOD")
    answer = shop.update("s", "ruleFailureReasons", couponCodes=["GOOD"], cartItems=[item("A", 100)])
    assert short(answer) == [
        (
            "rejectCoupon",
            {"value": "GOOD", "rejectionReason": "CouponRejectedByCondition", "conditionIndex": 1},
        )
    ]
    (failure,) = answer["ruleFailureReasons"]
    assert (failure["ruleIndex"], failure["conditionIndex"]) == (0, 1)
    assert (failure["couponID"], failure["couponValue"]) == (coupon["id"], "GOOD")


def test_a_failing_effect_fails_the_whole_rule(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["showNotification", "Info", "t", "b"], ["setDiscount", "d", 20], when=COUPON),
        limits=[{"action": "setDiscount", "limit": 10, "entities": []}],
    )
    shop.coupon(campaign, "GOOD")
    answer = shop.update("s", couponCodes=["GOOD"], cartItems=[item("A", 100)])
    assert short(answer) == [
        ("rejectCoupon", {"value": "GOOD", "rejectionReason": "EffectCouldNotBeApplied", "effectIndex": 1})
    ]


def test_a_gift_card_is_spent_and_given_back(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "card", TOTAL, ["kv", ["partial", True]]], when=COUPON))
    shop.coupon(campaign, "CARD", discountLimit=60)

    def close(session: str, price: float) -> list[Any]:
        return short(shop.update(session, state="closed", couponCodes=["CARD"], cartItems=[item("A", price)]))

    assert close("s1", 45)[1] == ("setDiscount", {"name": "card", "value": 45, "desiredValue": 45})
    assert shop.stored_coupon(campaign, "CARD")["discountRemainder"] == 15
    assert close("s2", 100)[1] == ("setDiscount", {"name": "card", "value": 15, "desiredValue": 100})
    assert close("s3", 10)[0][1]["rejectionReason"] == "EffectCouldNotBeApplied"
    shop.update("s2", state="cancelled")
    assert shop.stored_coupon(campaign, "CARD")["discountRemainder"] == 15


def test_a_single_use_code_goes_to_the_first_who_closes(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=COUPON))
    shop.coupon(campaign, "ONCE", usageLimit=1)
    for session in ("s1", "s2"):
        opened = shop.update(session, couponCodes=["ONCE"], cartItems=[item("A", 50)])
        assert short(opened)[0] == ("acceptCoupon", {"value": "ONCE"})
    assert short(shop.update("s1", state="closed"))[0] == ("acceptCoupon", {"value": "ONCE"})
    late = shop.update("s2", "customerSession", state="closed")
    assert short(late) == [("rejectCoupon", {"value": "ONCE", "rejectionReason": "CouponLimitReached"})]
    assert late["customerSession"]["state"] == "closed"
    shop.update("s1", state="cancelled")
    assert short(shop.update("s3", couponCodes=["ONCE"], cartItems=[item("A", 1)]))[0][0] == "acceptCoupon"


def test_closed_sessions_only_accept_being_cancelled(shop: Shop) -> None:
    shop.update("s", state="closed", cartItems=[item("A", 1)])
    for state in ("open", "closed", "partially_returned"):
        answer = shop.put("s", state=state)
        assert answer.status_code == 400
        assert answer.json()["message"] == f'Cannot move session to state "{state}" from state "closed"'
    assert shop.put("s", cartItems=[]).json()["message"].endswith('"open" from state "closed"')
    shop.update("s", state="cancelled")
    assert shop.put("s", state="cancelled").status_code == 400


def test_two_codes_of_one_campaign_run_its_rules_twice(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["setDiscount", "R0", 10], when=COUPON), rule(["setDiscount", "R1", 1], when=ALWAYS)
    )
    first, second = (shop.coupon(campaign, code) for code in ("AAAA", "BBBB"))
    answer = shop.update("s", couponCodes=["AAAA", "BBBB"], cartItems=[item("A", 100)])
    assert [effect["effectType"] for effect in answer["effects"]] == [
        "acceptCoupon",
        "setDiscount",
        "setDiscount",
    ] * 2
    assert [effect["triggeredByCoupon"] for effect in answer["effects"]] == [first["id"]] * 3 + [
        second["id"]
    ] * 3


def test_dry_requests_use_their_payload_alone_and_store_nothing(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=COUPON))
    shop.coupon(campaign, "GOOD")
    before = shop.update(
        "s", "customerSession", couponCodes=["GOOD"], cartItems=[item("A", 50)], profileId=shop.ann
    )
    dry = shop.update("s", "customerSession", query="?dry=true", cartItems=[item("B", 70)])
    assert dry["effects"] == []
    assert dry["customerSession"]["total"] == 70
    assert shop.get("s")["customerSession"] == before["customerSession"]
    shop.update("never", query="?dry=true", cartItems=[item("B", 70)], profileId="nobody")
    assert shop.integration.get("/v2/customer_sessions/never").status_code == 404


def test_a_dry_close_shows_the_customer_as_nobody_counted_it(shop: Shop) -> None:
    shop.update("first", state="closed", profileId=shop.ann, cartItems=[item("A", 50)])
    again = {"state": "closed", "profileId": shop.ann, "cartItems": [item("B", 70)]}
    dry = shop.update("s", "customerProfile", query="?dry=true", **again)["customerProfile"]
    assert (dry["closedSessions"], dry["totalSales"]) == (1, 50)
    wet = shop.update("s", "customerProfile", **again)["customerProfile"]
    assert (wet["closedSessions"], wet["totalSales"]) == (2, 120)


def test_a_limit_per_profile_asks_for_a_profile(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["setDiscount", "d", 5], when=COUPON),
        limits=[{"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}],
    )
    shop.coupon(campaign, "EACH")

    def verdict(session: str, **fields: Any) -> str:
        answer = shop.update(session, couponCodes=["EACH"], cartItems=[item("A", 50)], **fields)
        kind, props = short(answer)[0]
        return str(props.get("rejectionReason", kind))

    assert verdict("s1", profileId=f"u1 {shop.ann}", state="closed") == "acceptCoupon"
    assert verdict("s2", profileId=f"u1 {shop.ann}") == "ProfileLimitReached"
    assert verdict("s3", profileId=f"u2 {shop.ann}") == "acceptCoupon"
    assert verdict("s4") == "ProfileRequired"


def test_totals_and_costs(shop: Shop, application: dict[str, Any]) -> None:
    for name, kind in (("wrapping", "item"), ("delivery", "session")):
        body = {
            "name": f"{name}{application['id']}",
            "title": f"{name} {application['id']}",
            "description": "d",
            "type": kind,
            "subscribedApplicationsIds": [application["id"]],
        }
        assert shop.management.post("/v1/additional_costs", json=body).status_code == 201
    number = application["id"]
    session = shop.update(
        "s",
        "customerSession",
        cartItems=[item("A", 99.99, additionalCosts={f"wrapping{number}": {"price": 15}})],
        additionalCosts={f"delivery{number}": {"price": 20}},
    )["customerSession"]
    assert session["cartItemTotal"] == 99.99
    assert session["cartItemAdditionalCostTotal"] == 15
    assert session["additionalCostTotal"] == 20
    assert session["total"] == 134.99


def test_limits_per_identifier_hold_for_identifiers_of_any_length(shop: Shop) -> None:
    shop.campaign(
        rule(["setDiscount", "d", 5]),
        limits=[{"action": "setDiscountEffect", "limit": 1, "entities": ["Identifier"]}],
    )
    device = "d" * 4_000
    cart = [item("A", 50)]
    assert short(shop.update("s1", state="closed", identifiers=[device, "ip"], cartItems=cart)) != []
    assert short(shop.update("s2", identifiers=[device], cartItems=cart)) == []
    assert short(shop.update("s3", identifiers=["ip", "other"], cartItems=cart)) == []
    assert short(shop.update("s4", identifiers=["other"], cartItems=cart)) != []
