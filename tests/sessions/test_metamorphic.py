"""Ways of doing the same that must end the same, through HTTP and PostgreSQL."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tercel.language.values.times import parse_rfc3339
from tests.support.server import client, make_application, make_integration_key
from tests.support.shop import ITEMS, TOTAL, Shop, item, rule, short

_COUPON = ["and", ["couponValid"]]
_LIMITS = [
    {"action": "setDiscount", "limit": 1000, "entities": []},
    {"action": "setDiscountEffect", "limit": 100, "entities": []},
    {"action": "redeemCoupon", "limit": 100, "entities": []},
]
_TENTH_OF_EACH = rule(["setDiscountPerItem", "each", ITEMS, [["Item"], ["*", [".", "Item", "Price"], 0.1]]])


def _figures(shop: Shop, campaign: dict[str, Any], profile: str) -> dict[str, Any]:
    """All that counts for a customer of a campaign."""
    known = shop.profile(profile)
    return {**shop.budgets(campaign), "closed": known["closedSessions"], "sales": known["totalSales"]}


def test_closing_twice_is_closing_once(shop: Shop) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=_COUPON), limits=_LIMITS)
    shop.coupon(campaign, "GOOD", usageLimit=5)
    cart = {"profileId": shop.ann, "couponCodes": ["GOOD"], "cartItems": [item("A", 50)]}
    shop.update("s", state="closed", **cart)
    once = _figures(shop, campaign, shop.ann), shop.get("s")
    assert shop.put("s", state="closed", **cart).status_code == 400
    assert (_figures(shop, campaign, shop.ann), shop.get("s")) == once
    assert shop.stored_coupon(campaign, "GOOD")["usageCounter"] == 1


def test_a_cancelled_session_stays_cancelled(shop: Shop) -> None:
    campaign = shop.campaign(_TENTH_OF_EACH, limits=_LIMITS)
    shop.update("s", profileId=shop.ann, state="closed", cartItems=[item("A", 50)])
    shop.update("s", state="cancelled")
    before = _figures(shop, campaign, shop.ann)
    assert shop.integration.put("/v2/customer_sessions/s/reopen").status_code == 400
    assert shop.put("s", state="closed").status_code == 400
    assert _figures(shop, campaign, shop.ann) == before
    assert shop.get("s")["customerSession"]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("bought", "returned", "kept"),
    [
        ([item("A", 30, 3)], [{"position": 0, "quantity": 1}], [item("A", 30, 2)]),
        ([item("A", 30), item("B", 20, 2)], [{"sku": "A"}], [item("B", 20, 2)]),
        (
            [item("A", 9.99, 2), item("B", 0.01, 2)],
            [{"position": 0}, {"sku": "B", "quantity": 1}],
            [item("B", 0.01)],
        ),
    ],
)
def test_buying_and_returning_is_buying_less(shop: Shop, bought: list, returned: list, kept: list) -> None:
    campaign = shop.campaign(_TENTH_OF_EACH, limits=_LIMITS)
    shop.update("more", profileId=shop.ann, state="closed", cartItems=bought)
    shop.returned("more", returned)
    after_return = _figures(shop, campaign, shop.ann), shop.get("more")
    shop.update("more", state="cancelled")
    shop.update("less", profileId=shop.ann, state="closed", cartItems=kept)
    after_less = _figures(shop, campaign, shop.ann), shop.get("less")
    assert after_return[0] == after_less[0]
    for part in ("total", "cartItemTotal"):
        assert after_return[1]["customerSession"][part] == after_less[1]["customerSession"][part]
    values = [
        sorted(effect["props"]["value"] for effect in got[1]["effects"]) for got in (after_return, after_less)
    ]
    assert values[0] == values[1]


def test_returning_below_a_threshold_gains_nothing(shop: Shop) -> None:
    """Six of 50 with a tenth off from 300, five of them returned, in a campaign that is evaluated again."""
    from_300 = rule(["setDiscount", "ten", ["*", TOTAL, 0.1]], when=["and", [">=", TOTAL, 300]])
    campaign = shop.campaign(from_300, limits=_LIMITS, reevaluateOnReturn=True)
    closed = shop.update("s", state="closed", cartItems=[item("A", 50, 6)])
    assert short(closed) == [("setDiscount", {"name": "ten", "value": 30})]
    shop.returned("s", [{"position": 0, "quantity": 5}], query="?runRuleEngine=true")
    assert shop.get("s")["effects"] == []
    assert shop.budgets(campaign)["setDiscount"] == 0


@pytest.mark.parametrize("prices", [[10, 10, 10], [0.01, 99.99, 0], [33.33, 33.33, 33.34, 7]])
def test_shares_are_the_discount(shop: Shop, prices: list[float]) -> None:
    campaign = shop.campaign(rule(["setDiscountPerItemProRata", "p", ITEMS, 10]), limits=_LIMITS)
    cart = [item(f"P{number}", price) for number, price in enumerate(prices)]
    answer = shop.update("s", state="closed", cartItems=cart)
    assert sum(Decimal(str(props["value"])) for _, props in short(answer)) == 10
    assert shop.budgets(campaign)["setDiscount"] == 10


def test_counters_are_the_number_of_redemptions(shop: Shop) -> None:
    """Sessions close, reopen and are cancelled in any order; what counts is what is closed in the end."""
    campaign = shop.campaign(rule(["setDiscount", "d", 5], when=_COUPON), limits=_LIMITS)
    shop.coupon(campaign, "GOOD", usageLimit=3)
    chance = random.Random(20260715)
    names = [f"s{number}" for number in range(6)]
    states: dict[str, str] = dict.fromkeys(names, "open")
    holders: set[str] = set()
    for name in names:
        shop.update(name, couponCodes=["GOOD"], cartItems=[item("A", 50)])
    for _ in range(40):
        name = chance.choice(names)
        move = chance.choice(["closed", "open", "cancelled"] if chance.random() < 0.3 else ["closed", "open"])
        if move == "open":
            answer = shop.integration.put(f"/v2/customer_sessions/{name}/reopen")
        else:
            answer = shop.put(name, state=move)
        if answer.status_code == 200:
            states[name] = move
            holders.discard(name)
            if move == "closed" and short(answer.json())[0][0] == "acceptCoupon":
                holders.add(name)
        assert shop.stored_coupon(campaign, "GOOD")["usageCounter"] == len(holders) <= 3
    assert Counter(states.values())["cancelled"] > 0
    assert shop.budgets(campaign) == {
        "redeemCoupon": len(holders),
        "setDiscount": 5 * len(holders),
        "setDiscountEffect": len(holders),
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland", "America/St_Johns"])
@pytest.mark.parametrize(
    "moment", ["2026-03-29T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-12-31T23:59:59-03:30"]
)
def test_saving_what_was_read_moves_no_date(server: Any, admin: httpx.Client, zone: str, moment: str) -> None:
    application = make_application(admin, timezone=zone)
    key = make_integration_key(admin, application["id"])
    with client(server, f"ApiKey-v1 {key}") as integration:
        shop = Shop(application, admin, integration)
        campaign = shop.campaign(rule(["setDiscount", "d", 5]), startTime=moment)
        shop.coupon(campaign, "GOOD", expiryDate=moment)
        path = f"{shop.path}/campaigns/{campaign['id']}"
        for _ in range(3):
            read = admin.get(path).json()
            names = ("name", "tags", "features", "limits", "state", "startTime", "activeRulesetId")
            assert (
                admin.put(path, json={name: read[name] for name in names if name in read}).status_code == 200
            )
            coupon = shop.stored_coupon(campaign, "GOOD")
            body = {"usageLimit": coupon["usageLimit"], "expiryDate": coupon["expiryDate"]}
            assert admin.put(f"{path}/coupons/{coupon['id']}", json=body).status_code == 200
        assert parse_rfc3339(admin.get(path).json()["startTime"]) == parse_rfc3339(moment)
        assert parse_rfc3339(shop.stored_coupon(campaign, "GOOD")["expiryDate"]) == parse_rfc3339(moment)
