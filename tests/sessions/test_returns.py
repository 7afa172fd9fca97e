"""Returning and reopening (behaviour/returns 2; behaviour/sessions 12)."""

import pytest

from tests.support.shop import ITEMS, TOTAL, Shop, item, rule, short

FIVE_OFF = rule(["setDiscountPerItem", "FiveOff", ITEMS, [["Item"], 5]])
LIMITS = [
    {"action": "setDiscount", "limit": 1000, "entities": []},
    {"action": "setDiscountEffect", "limit": 100, "entities": []},
]


def rollback(position: int, sub_position: int) -> tuple[str, dict[str, object]]:
    unit = {"cartItemPosition": position, "cartItemSubPosition": sub_position}
    return ("rollbackDiscount", {"name": f"FiveOff#{position}", "value": 5, **unit})


def test_returned_units_take_their_effects_along(shop: Shop) -> None:
    campaign = shop.campaign(FIVE_OFF, limits=LIMITS)
    shop.update("s", profileId=shop.ann, state="closed", cartItems=[item("A", 60), item("B", 20, 2)])
    first = shop.returned("s", [{"position": 1, "quantity": 1}], "customerSession", "customerProfile")
    assert short(first) == [rollback(1, 0)]
    assert first["return"]["returnedCartItems"] == [{"position": 1, "quantity": 1, "sku": "B"}]
    session = first["customerSession"]
    assert session["state"] == "partially_returned"
    assert (session["cartItems"][1]["returnedQuantity"], session["cartItems"][1]["remainingQuantity"]) == (
        1,
        1,
    )
    assert (session["total"], first["customerProfile"]["totalSales"]) == (80, 80)
    assert shop.budgets(campaign) == {"setDiscount": 10, "setDiscountEffect": 2}
    assert len(shop.get("s")["effects"]) == 2

    second = shop.returned("s", [{"position": 1}], "previousReturns", "customerSession")
    assert short(second) == [rollback(1, 1)]
    assert [made["id"] for made in second["previousReturns"]] == [first["return"]["id"]]
    assert second["customerSession"]["total"] == 60

    assert short(shop.update("s", state="cancelled")) == [rollback(0, 0)]
    assert shop.budgets(campaign) == {"setDiscount": 0, "setDiscountEffect": 0}
    assert (shop.profile(shop.ann)["closedSessions"], shop.profile(shop.ann)["totalSales"]) == (0, 0)


def test_a_dry_return_changes_nothing(shop: Shop) -> None:
    campaign = shop.campaign(FIVE_OFF, limits=LIMITS)
    shop.update("s", state="closed", cartItems=[item("A", 60)])
    before = shop.get("s")
    assert short(shop.returned("s", [{"sku": "A"}], query="?dry=true")) == [rollback(0, 0)]
    assert shop.get("s") == before
    assert shop.budgets(campaign)["setDiscount"] == 5


def test_a_line_may_be_named_in_two_ways_that_agree(shop: Shop) -> None:
    shop.campaign(FIVE_OFF)
    shop.update("s", state="closed", cartItems=[item("A", 60), item("B", 20, 2)])
    answer = shop.returned("s", [{"position": 1, "sku": "B", "quantity": 2}])
    assert answer["return"]["returnedCartItems"] == [{"position": 1, "quantity": 2, "sku": "B"}]
    assert short(answer) == [rollback(1, 0), rollback(1, 1)]


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"position": 7}, "/return/returnedCartItems/0/position"),
        ({"sku": "?"}, "/return/returnedCartItems/0/sku"),
        ({"position": 0, "sku": "B"}, "/return/returnedCartItems/0/sku"),
        ({"position": 0, "quantity": 2}, "/return/returnedCartItems/0/quantity"),
        ({"quantity": 1}, "/return/returnedCartItems/0"),
    ],
)
def test_what_cannot_come_back_is_refused(shop: Shop, wish: dict[str, object], pointer: str) -> None:
    shop.update("s", state="closed", cartItems=[item("A", 60)])
    answer = shop.integration.post(
        "/v2/customer_sessions/s/returns", json={"return": {"returnedCartItems": [wish]}}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"]["pointer"] == pointer
    assert shop.get("s")["customerSession"]["state"] == "closed"


def test_an_open_session_returns_and_reopens_nothing(shop: Shop) -> None:
    shop.update("s", cartItems=[item("A", 60)])
    answer = shop.integration.post(
        "/v2/customer_sessions/s/returns", json={"return": {"returnedCartItems": [{"position": 0}]}}
    )
    assert answer.json()["message"] == 'Cannot move session to state "partially_returned" from state "open"'
    answer = shop.integration.put("/v2/customer_sessions/s/reopen")
    assert answer.json()["message"] == 'Cannot move session to state "open" from state "open"'
    assert shop.integration.put("/v2/customer_sessions/none/reopen").status_code == 404


def test_a_reopened_session_gives_back_and_closes_anew(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["setDiscount", "d", 5], when=["and", ["couponValid"]]),
        limits=[{"action": "setDiscount", "limit": 100, "entities": []}],
    )
    shop.coupon(campaign, "ONCE", usageLimit=1)
    shop.update("s", profileId=shop.ann, state="closed", couponCodes=["ONCE"], cartItems=[item("A", 50)])
    answer = shop.integration.put("/v2/customer_sessions/s/reopen").json()
    assert short(answer) == [
        ("rollbackCoupon", {"value": "ONCE"}),
        ("rollbackDiscount", {"name": "d", "value": 5}),
    ]
    assert shop.get("s")["customerSession"]["state"] == "open"
    assert shop.stored_coupon(campaign, "ONCE")["usageCounter"] == 0
    assert (shop.profile(shop.ann)["closedSessions"], shop.profile(shop.ann)["totalSales"]) == (0, 0)
    closed = shop.update("s", state="closed")
    assert short(closed)[0] == ("acceptCoupon", {"value": "ONCE"})
    assert shop.budgets(campaign) == {"setDiscount": 5}
    assert shop.profile(shop.ann)["closedSessions"] == 1


def test_campaigns_that_ask_for_it_are_evaluated_again_on_what_is_left(shop: Shop) -> None:
    from_100 = rule(["setDiscount", "ten", ["*", TOTAL, 0.1]], when=["and", [">=", TOTAL, 50]])
    campaign = shop.campaign(
        from_100, reevaluateOnReturn=True, limits=[{"action": "setDiscount", "limit": 20, "entities": []}]
    )
    keeps = shop.campaign(rule(["setDiscount", "kept", 1]))
    shop.update("s", state="closed", cartItems=[item("A", 100), item("B", 60), item("C", 10)])
    assert shop.budgets(campaign) == {"setDiscount": 17}

    returned = shop.returned("s", [{"sku": "A"}], query="?runRuleEngine=true")
    assert short(returned) == [
        ("rollbackDiscount", {"name": "ten", "value": 17}),
        ("setDiscount", {"name": "ten", "value": 7}),
    ]
    assert {effect["campaignId"] for effect in returned["effects"]} == {campaign["id"]}
    assert shop.budgets(campaign) == {"setDiscount": 7}
    assert [(e["props"]["name"], e["campaignId"]) for e in shop.get("s")["effects"]] == [
        ("kept", keeps["id"]),
        ("ten", campaign["id"]),
    ]
    again = shop.returned("s", [{"sku": "B"}], query="?runRuleEngine=true")
    assert short(again) == [("rollbackDiscount", {"name": "ten", "value": 7})]
    assert shop.budgets(campaign) == {"setDiscount": 0}
    assert short(shop.update("s", state="cancelled")) == [("rollbackDiscount", {"name": "kept", "value": 1})]


def test_an_evaluation_that_ends_early_takes_nothing_away(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "given", 5]), reevaluateOnReturn=True)
    shop.update("s", state="closed", cartItems=[item("A", 1), item("B", 1, 1_500)])
    endless = [
        "countIf",
        ITEMS,
        [["Item"], ["exists", ITEMS, [["Other"], [">", [".", "Other", "Price"], 2]]]],
    ]
    heavy = rule(["setDiscount", "given", 5], when=["and", [">=", endless, 0]])
    path = f"{shop.path}/campaigns/{campaign['id']}/rulesets"
    assert shop.management.post(path, json={"rules": [heavy], "bindings": []}).status_code == 201

    returned = shop.returned("s", [{"sku": "A"}], query="?runRuleEngine=true")
    assert short(returned) == []
    assert [effect["props"]["name"] for effect in shop.get("s")["effects"]] == ["given"]


@pytest.mark.parametrize(("query", "left"), [("", 3), ("?runRuleEngine=true", 2)])
def test_a_custom_effect_of_a_unit_has_happened(shop: Shop, query: str, left: int) -> None:
    """Only an evaluation of what is left gives back what it took of its budget; the effect itself has no reversal."""
    name = f"Mark {shop.application['id']}"
    body = {"name": name, "title": "t", "description": "d", "payload": "{}", "enabled": True, "params": []}
    body |= {"applicationIds": [shop.application["id"]], "isPerItem": True}
    made = shop.management.post("/v1/custom_effects", json=body)
    assert made.status_code == 201, made.text
    campaign = shop.campaign(
        rule(["customEffectPerItem", name, ITEMS, [["Item"], ["kv"]]]),
        limits=[{"action": "customEffect", "limit": 9, "entities": []}],
        reevaluateOnReturn=True,
    )
    shop.update("s", state="closed", cartItems=[item("A", 60), item("B", 20, 2)])
    assert short(shop.returned("s", [{"sku": "A"}], query=query)) == []
    assert shop.budgets(campaign) == {"customEffect": left}
    assert len(shop.get("s")["effects"]) == left
    assert short(shop.update("s", state="cancelled")) == []
    assert shop.budgets(campaign) == {"customEffect": 0}
