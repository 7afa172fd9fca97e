"""Files of referrals, stores, budgets, sessions and effects over HTTP (behaviour/csv 6, 7, 8)."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.support.shop import Shop, item, rule


@pytest.fixture
def campaign(shop: Shop) -> dict[str, Any]:
    """A campaign with everything that files are of."""
    return shop.campaign(
        rule(["setDiscount", "d", 5], when=["and", ["couponValid"]]),
        rule(["setDiscountPerItem", "i", [".", "Session", "CartItems"], 1]),
        features=["coupons", "referrals"],
    )


def _send(shop: Shop, path: str, content: str, **query: Any) -> httpx.Response:
    return shop.management.post(shop.path + path, files={"upFile": ("x.csv", content.encode())}, params=query)


def _rows(shop: Shop, path: str, **query: Any) -> list[dict[str, str]]:
    answer = shop.management.get(shop.path + path, params=query)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def _told(answer: httpx.Response) -> list[tuple[int, str]]:
    assert answer.status_code == 400, answer.text
    return [(int(each["source"]["line"]), each["details"]) for each in answer.json()["errors"]]


def test_referrals_come_in_and_go_out(shop: Shop, campaign: dict[str, Any]) -> None:
    path = f"/campaigns/{campaign['id']}/import_referrals"
    file = "code,advocateprofileintegrationid,limitval,expirydate\nFRIEND-1,ann,,2031-01-01T00:00:00Z\n'-F2,bob,0,\n"
    made = _send(shop, path, file).json()
    assert (made["entity"], made["amount"]) == ("Referral", 2)
    first, second = _rows(shop, "/export_referrals", campaignId=campaign["id"])
    assert first == {
        "code": "FRIEND-1",
        "advocateprofileintegrationid": "ann",
        "startdate": "",
        "expirydate": "2031-01-01T00:00:00Z",
        "limitval": "1",
        "attributes": "{}",
    }
    assert (second["code"], second["limitval"]) == ("'-F2", "0")
    assert _told(_send(shop, path, file)) == [
        (2, "there is already a referral `FRIEND-1`"),
        (3, "there is already a referral `-F2`"),
    ]
    assert _rows(shop, "/export_referrals", usable="false") == []


def test_what_no_referral_can_have(shop: Shop, campaign: dict[str, Any]) -> None:
    path = f"/campaigns/{campaign['id']}/import_referrals"
    header = "code,advocateprofileintegrationid,attributes\n"
    assert _told(_send(shop, path, header + "GOOD,,\n")) == [
        (2, "advocateprofileintegrationid must not be empty")
    ]
    assert _told(_send(shop, path, header + 'AB,ann,\nGOOD,ann,"{""x"": 1}"\nGOOD,ann,\n')) == [
        (2, "a code has 3 to 100 characters"),
        (3, 'The attribute "x" is not defined on Referral entities.'),
        (4, "the code `GOOD` is in the file twice"),
    ]
    plain = shop.campaign(rule(["setDiscount", "d", 1]))
    refused = _send(
        shop, f"/campaigns/{plain['id']}/import_referrals", "code,advocateprofileintegrationid\nABC,a\n"
    )
    assert refused.status_code == 400
    assert "switch on its feature `referrals`" in refused.json()["message"]
    assert _rows(shop, "/export_referrals") == []


@pytest.fixture
def stores(shop: Shop) -> list[int]:
    """Three stores, in the order of their names."""
    return [
        shop.management.post(
            f"{shop.path}/stores", json={"name": name, "description": "", "integrationId": name}
        ).json()["id"]
        for name in ("east", "north", "west")
    ]


def test_a_campaign_is_linked_to_the_stores_of_a_file(
    shop: Shop, campaign: dict[str, Any], stores: list[int]
) -> None:
    path = f"/campaigns/{campaign['id']}"
    made = _send(shop, f"{path}/stores/import", "store_integration_id\nwest\neast\n")
    assert (made.status_code, made.json()["entity"], made.json()["amount"]) == (200, "CampaignStore", 2)
    seen = shop.management.get(shop.path + path).json()
    assert (seen["linkedStoreIds"], seen["storesImported"]) == ([stores[0], stores[2]], True)
    assert _rows(shop, f"{path}/stores/export") == [
        {"store_integration_id": "east"},
        {"store_integration_id": "west"},
    ]
    told = _told(_send(shop, f"{path}/stores/import", "store_integration_id\nnorth\nsouth\nnorth\n"))
    assert told == [
        (3, "there is no store `south` in this application"),
        (4, "store `north` is there twice"),
    ]
    assert shop.management.get(shop.path + path).json()["linkedStoreIds"] == [stores[0], stores[2]]
    assert shop.update("s", cartItems=[item("A", 10)], storeIntegrationId="north")["effects"] == []
    assert shop.update("t", cartItems=[item("A", 10)], storeIntegrationId="west")["effects"] != []
    shop.management.delete(f"{shop.path}{path}/stores")
    seen = shop.management.get(shop.path + path).json()
    assert (seen["linkedStoreIds"], seen["storesImported"]) == ([], False)


@pytest.mark.usefixtures("stores")
def test_a_budget_comes_from_a_file(shop: Shop, campaign: dict[str, Any]) -> None:
    path = f"/campaigns/{campaign['id']}/stores/budgets"
    made = _send(shop, f"{path}/import", "store_integration_id,limit\neast,1\nwest,2.50\n", period="daily")
    assert (made.status_code, made.json()["entity"], made.json()["amount"]) == (201, "CampaignStoreBudget", 2)
    assert _rows(shop, f"{path}/export", period="daily") == [
        {"store_integration_id": "east", "limit": "1"},
        {"store_integration_id": "west", "limit": "2.50"},
    ]
    assert _rows(shop, f"{path}/export", period="weekly") == []
    [summary] = shop.management.get(f"{shop.path}{path}/summary").json()["data"]
    assert summary == {"action": "setDiscount", "period": "daily", "storeCount": 2, "imported": True}
    for session in ("s", "t"):
        shop.update(session, cartItems=[item("A", 1)], storeIntegrationId="east", state="closed")
    used = {
        each["store"]["integrationId"]: each["counter"]
        for each in shop.management.get(shop.path + path).json()["data"]
    }
    assert used == {"east": 1, "west": 0}
    _send(shop, f"{path}/import", "store_integration_id,limit\nwest,7\n", period="daily")
    assert _rows(shop, f"{path}/export") == [{"store_integration_id": "west", "limit": "7"}]
    told = _told(
        _send(shop, f"{path}/import", "store_integration_id,limit\nwest,-1\neast,x\n", period="daily")
    )
    assert told[0] == (
        3,
        "limit must be a number such as `12.50`, with a point before its fraction and nothing between thousands",
    )
    assert _rows(shop, f"{path}/export") == [{"store_integration_id": "west", "limit": "7"}]


def test_sessions_go_out(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "SPRING")
    shop.update("one", profileId=shop.ann, cartItems=[item("=A", 10)], couponCodes=["SPRING"], state="closed")
    shop.update("two", cartItems=[item("B", 5)])
    one, two = _rows(shop, "/export_customer_sessions")
    assert (one["integrationid"], one["profileintegrationid"], one["state"], one["total"]) == (
        "one",
        shop.ann,
        "closed",
        "10",
    )
    assert json.loads(one["coupons"]) == ["SPRING"]
    assert json.loads(one["cartitems"])[0]["sku"] == "=A"
    assert one["closedat"].endswith("Z")
    assert (two["closedat"], two["profileid"], two["firstsession"]) == ("", "", "true")
    assert [
        row["integrationid"] for row in _rows(shop, "/export_customer_sessions", customerSessionState="open")
    ] == ["two"]
    assert [row["id"] for row in _rows(shop, "/export_customer_sessions", profileIntegrationId=shop.ann)] == [
        one["id"]
    ]
    assert _rows(shop, "/export_customer_sessions", updatedBefore=one["created"]) == []


def test_effects_go_out(shop: Shop, campaign: dict[str, Any]) -> None:
    coupon = shop.coupon(campaign, "SPRING")
    other = shop.campaign(rule(["setDiscount", "other", 1]))
    shop.update("one", profileId=shop.ann, cartItems=[item("A", 10)], couponCodes=["SPRING"], state="closed")
    rows = _rows(shop, "/export_effects", campaignId=campaign["id"])
    by_kind = {row["name"]: row for row in rows}
    assert set(by_kind) == {"acceptCoupon", "setDiscount", "setDiscountPerItem"}
    discount = by_kind["setDiscount"]
    assert json.loads(discount["props"])["value"] == 5
    assert (discount["couponid"], by_kind["setDiscountPerItem"]["couponid"]) == (
        str(coupon["id"]),
        str(coupon["id"]),
    )
    assert (discount["sessionintegrationid"], discount["total_revenue"]) == ("one", "10")
    assert [row["couponid"] for row in _rows(shop, "/export_effects", campaignId=other["id"])] == [""]
    assert {row["campaignid"] for row in _rows(shop, "/export_effects")} == {
        str(campaign["id"]),
        str(other["id"]),
    }
    assert _rows(shop, "/export_effects", createdBefore="2020-01-01T00:00:00Z") == []
