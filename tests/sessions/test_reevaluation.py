"""What a return gives when what is left is evaluated again (behaviour/returns 4, 5)."""

from typing import Any

import pytest

from tercel.database.engine import Database
from tercel.ledger.verify import verify
from tercel.settings import Settings
from tests.support.server import Server
from tests.support.shop import TOTAL, Shop, item, rule, short

SMALL = ["and", ["<", TOTAL, 50]]
CART = [item("A", 60), item("B", 20, 2)]
AGAIN = "?runRuleEngine=true"


def kinds(answer: dict[str, Any]) -> list[str]:
    return [kind for kind, _ in short(answer)]


def define(shop: Shop, entity: str, name: str) -> None:
    """A number that rules may set."""
    body = {"entity": entity, "name": name, "title": name, "type": "number", "description": ""}
    answer = shop.management.post("/v1/attributes", json={**body, "suggestions": [], "editable": True})
    assert answer.status_code == 201, answer.text


def test_a_return_creates_what_can_be_redeemed_at_once(shop: Shop) -> None:
    campaign = shop.campaign(
        rule(["setDiscount", "d", 1]),
        rule(["createCoupon", ["kv", ["recipient", "Current"]]], when=SMALL),
        rule(["setDiscount", "with the code", 5], when=["and", ["couponValid"]]),
        reevaluateOnReturn=True,
        limits=[{"action": "createCoupon", "limit": 1, "entities": []}],
    )
    shop.update("s", profileId=shop.ann, state="closed", cartItems=CART)
    shown = shop.returned("s", [{"sku": "A"}], query=f"{AGAIN}&dry=true")
    assert [coupon["id"] for coupon in shown["createdCoupons"]] == [0]
    assert shop.budgets(campaign) == {"createCoupon": 0}

    returned = shop.returned("s", [{"sku": "A"}], "triggeredCampaigns", query=AGAIN)
    (coupon,) = returned["createdCoupons"]
    assert short(returned) == [("couponCreated", {"value": coupon["value"], "profileId": shop.ann})]
    assert [each["id"] for each in returned["triggeredCampaigns"]] == [campaign["id"]]
    assert shop.stored_coupon(campaign, coupon["value"])["id"] == coupon["id"]
    assert shop.budgets(campaign) == {"createCoupon": 1}
    used = shop.update(
        "t", profileId=shop.ann, state="closed", couponCodes=[coupon["value"]], cartItems=[item("A", 60)]
    )
    assert kinds(used) == ["setDiscount", "acceptCoupon", "setDiscount"]


def test_an_attribute_of_a_code_is_stored_and_seen_by_the_next_evaluation(shop: Shop) -> None:
    name = f"Uses{shop.application['id']}"
    define(shop, "Coupon", name)
    campaign = shop.campaign(
        rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]),
        rule(
            ["updateAttribute", f"Coupon.Attributes.{name}", TOTAL], when=["and", ["couponValid"], SMALL[1]]
        ),
        rule(
            ["showNotification", "Info", "seen", "b"],
            when=["and", ["couponValid"], ["=", [".", "Coupon", "Attributes", name], 40]],
        ),
        reevaluateOnReturn=True,
    )
    shop.coupon(campaign, "CODE")
    shop.update("s", state="closed", couponCodes=["CODE"], cartItems=CART)
    returned = shop.returned("s", [{"sku": "A"}], query=AGAIN)
    assert kinds(returned) == ["updateAttribute", "showNotification"]
    assert shop.stored_coupon(campaign, "CODE")["attributes"] == {name: 40}
    later = shop.update("t", couponCodes=["CODE"], cartItems=[item("A", 60)])
    assert kinds(later) == ["acceptCoupon", "setDiscount", "showNotification"]


def test_the_last_rule_decides_about_an_attribute_although_it_says_what_it_said(shop: Shop) -> None:
    name = f"Level{shop.application['id']}"
    define(shop, "CustomerSession", name)
    path = f"Session.Attributes.{name}"
    shop.campaign(
        rule(["updateAttribute", path, TOTAL]),
        rule(["updateAttribute", path, 7]),
        reevaluateOnReturn=True,
    )
    shop.update("s", state="closed", cartItems=CART)
    returned = shop.returned("s", [{"sku": "A"}], "customerSession", query=AGAIN)
    assert short(returned) == [("updateAttribute", {"path": path, "value": 40})]
    assert returned["customerSession"]["attributes"] == {name: 7}


def test_what_is_new_counts_among_the_discounts_of_the_session(shop: Shop) -> None:
    shop.campaign(
        rule(["setDiscount", "kept", 1]),
        rule(["setDiscount", "new", 2], when=SMALL),
        reevaluateOnReturn=True,
    )
    shop.update("s", state="closed", cartItems=CART)
    assert kinds(shop.returned("s", [{"sku": "A"}], query=AGAIN)) == ["setDiscount"]
    path = f"{shop.path}/sessions"
    (session,) = shop.management.get(path, params={"integrationId": "s"}).json()["data"]
    assert session["totalDiscounts"] == 3


def test_a_return_is_the_next_update_for_rules(shop: Shop) -> None:
    count = [".", "Session", "UpdateCount"]
    shop.campaign(
        rule(["setDiscount", "d", 1]),
        rule(["showNotification", "Info", "second", "b"], when=["and", ["=", count, 2]]),
        reevaluateOnReturn=True,
    )
    shop.update("s", state="closed", cartItems=CART)
    returned = shop.returned("s", [{"sku": "A"}], "customerSession", query=AGAIN)
    assert returned["customerSession"]["updateCount"] == 2
    assert kinds(returned) == ["showNotification"]


@pytest.mark.anyio
async def test_the_ledger_agrees_with_what_returns_gave(
    shop: Shop, server: Server, settings: Settings
) -> None:
    every = ("createCoupon", "createReferral", "reserveCoupon", "setDiscount", "redeemCoupon")
    campaign = shop.campaign(
        rule(
            ["setDiscountPerItem", "d", [".", "Session", "CartItems"], [["Item"], 1]],
            ["createReferral", ["kv"]],
        ),
        rule(["reserveCoupon"], when=["and", ["couponValid"]]),
        rule(["createCoupon", ["kv", ["recipient", "Current"]]], when=SMALL),
        reevaluateOnReturn=True,
        features=["coupons", "referrals"],
        limits=[{"action": action, "limit": 9, "entities": ["Profile"]} for action in every],
    )
    shop.coupon(campaign, "CODE", usageLimit=9)
    for number in range(2):
        name = f"s{number}"
        shop.update(name, profileId=shop.ann, state="closed", couponCodes=["CODE"], cartItems=CART)
        for sku in "AB":
            shop.returned(name, [{"sku": sku, "quantity": 1}], query=AGAIN)
    shop.update("s1", state="cancelled")
    opened = await Database.open(server.dsn, settings)
    try:
        async with opened.connection() as connection:
            assert [each async for _, found in verify(connection) for each in found] == []
    finally:
        await opened.close()


_FIRST = {
    "its flag": ["and", [".", "Session", "FirstSession"]],
    "closed sessions": ["and", ["=", [".", "Profile", "ClosedSessions"], 0]],
    "sales": ["and", ["=", [".", "Profile", "TotalSales"], 0]],
}


@pytest.mark.parametrize("when", _FIRST.values(), ids=_FIRST)
def test_a_first_order_of_which_a_part_comes_back_was_the_first_order(shop: Shop, when: list[Any]) -> None:
    shop.campaign(rule(["setDiscount", "welcome", 5], when=when), reevaluateOnReturn=True)
    closed = shop.update("s", profileId=shop.ann, state="closed", cartItems=CART)
    assert kinds(closed) == ["setDiscount"]
    for sku in ("A", "B"):
        assert kinds(shop.returned("s", [{"sku": sku, "quantity": 1}], query=AGAIN)) == []
    assert kinds(shop.update("t", profileId=shop.ann, state="closed", cartItems=CART)) == []


def test_a_code_that_is_refused_once_more_is_told_so(shop: Shop) -> None:
    """Between two refusals for the same reason the code was accepted."""
    campaign = shop.campaign(
        rule(["setDiscount", "any", 1]),
        rule(["setDiscount", "with the code", 5], when=["and", ["couponValid"]]),
        reevaluateOnReturn=True,
    )
    coupon = shop.coupon(campaign, "CODE", startDate="2099-01-01T00:00:00Z")
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons/{coupon['id']}"
    closed = shop.update("s", state="closed", couponCodes=["CODE"], cartItems=[item("A", 10, 4)])
    assert kinds(closed) == ["setDiscount", "rejectCoupon"]
    told = []
    for start in ("2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        shop.management.put(path, json={"startDate": start}).raise_for_status()
        told.append(kinds(shop.returned("s", [{"sku": "A", "quantity": 1}], query=AGAIN)))
    assert told == [
        [],
        ["acceptCoupon", "setDiscount"],
        ["rollbackCoupon", "rollbackDiscount", "rejectCoupon"],
    ]


def test_orders_that_closed_later_count_as_the_customers(shop: Shop) -> None:
    """The return is evaluated as if its session closed now, after the others."""
    shop.campaign(
        rule(["setDiscount", "any", 1]),
        rule(
            ["showNotification", "Info", "now the second", "b"],
            when=["and", ["=", [".", "Profile", "ClosedSessions"], 1]],
        ),
        reevaluateOnReturn=True,
    )
    for name in ("s", "t"):
        shop.update(name, profileId=shop.ann, state="closed", cartItems=CART)
    assert kinds(shop.returned("s", [{"sku": "A"}], query=AGAIN)) == ["showNotification"]
