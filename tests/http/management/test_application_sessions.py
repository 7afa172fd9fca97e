"""Reading sessions over HTTP, made by the Integration API; ``tests/features/sessions`` has the filters (behaviour/lists 2, 5)."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.http.management.campaigns import make_campaign
from tests.support.contract import validate_answer

Json = dict[str, Any]
LINE = {"name": "Mug", "sku": "MUG-1", "quantity": 2, "price": 10}


def put(integration: httpx.Client, session_id: str, **session: Any) -> None:
    path = f"/v2/customer_sessions/{quote(session_id, safe='')}"
    answer = integration.put(path, json={"customerSession": session})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def sessions(application: Json) -> str:
    """The path of the application's sessions."""
    return f"/v1/applications/{application['id']}/sessions"


@pytest.fixture
def five_off(management: httpx.Client, application: Json) -> Json:
    """A campaign that takes five off for the code FIVE, which has no limits."""
    campaign = make_campaign(management, application)
    path = f"/v1/applications/{application['id']}/campaigns/{campaign['id']}"
    rule = {
        "title": "five off",
        "condition": ["and", ["couponValid"]],
        "effects": [["setDiscount", "five off", 5]],
    }
    answer = management.post(f"{path}/rulesets", json={"rules": [rule], "bindings": []})
    assert answer.status_code == 201, answer.text
    coupon = {"usageLimit": 0, "numberOfCoupons": 1, "couponPattern": "FIVE"}
    assert management.post(f"{path}/coupons", json=coupon).status_code == 204
    return campaign


@pytest.mark.parametrize("session_id", ["order-1", "a/b c", "🦅", "x" * 1_000])
def test_one_session(
    management: httpx.Client,
    integration: httpx.Client,
    application: Json,
    sessions: str,
    five_off: Json,
    session_id: str,
) -> None:
    put(integration, session_id, profileId="ann", couponCodes=["FIVE"], cartItems=[LINE], state="closed")
    answer = management.get(sessions, params={"integrationId": session_id})
    validate_answer(answer.json(), "getApplicationSessions", 200)
    [session] = answer.json()["data"]
    assert session["integrationId"] == session_id
    one = management.get(f"{sessions}/{session['id']}")
    validate_answer(one.json(), "getApplicationSession", 200)
    assert one.json() == session
    assert (session["applicationId"], session["profileintegrationid"]) == (application["id"], "ann")
    assert (session["coupon"], session["referral"], session["state"]) == ("FIVE", "", "closed")
    assert (session["total"], session["totalDiscounts"], session["discounts"]) == (20, 5, {})
    assert [line["sku"] for line in session["cartItems"]] == ["MUG-1"]


def test_redemptions_of_a_code_without_limits_are_counted(
    management: httpx.Client, integration: httpx.Client, application: Json, five_off: Json
) -> None:
    for session_id in ("s1", "s2"):
        put(integration, session_id, couponCodes=["FIVE"], cartItems=[LINE], state="closed")
    put(integration, "s2", state="cancelled")
    coupons = f"/v1/applications/{application['id']}/campaigns/{five_off['id']}/coupons"
    [coupon] = management.get(coupons).json()["data"]
    assert (coupon["usageCounter"], coupon["discountCounter"]) == (1, 5)
    limits = {"usageLimit": 2, "discountLimit": 20}
    limited = management.put(f"{coupons}/{coupon['id']}", json=limits).json()
    assert (limited["usageCounter"], limited["discountCounter"], limited["discountRemainder"]) == (1, 5, 15)
    put(integration, "s3", couponCodes=["FIVE"], cartItems=[LINE], state="closed")
    [coupon] = management.get(coupons).json()["data"]
    assert (coupon["usageCounter"], coupon["discountCounter"], coupon["discountRemainder"]) == (2, 10, 10)
    assert management.get(coupons, params={"usable": "false"}).json()["totalResultSize"] == 1


def test_lists_are_newest_first_and_hide_discounts(
    management: httpx.Client, integration: httpx.Client, sessions: str, five_off: Json
) -> None:
    for number in range(3):
        put(integration, f"s{number}", couponCodes=["FIVE"], cartItems=[LINE])
    body = management.get(sessions, params={"pageSize": 2, "state": "open,closed"}).json()
    assert [session["integrationId"] for session in body["data"]] == ["s2", "s1"]
    assert [session["totalDiscounts"] for session in body["data"]] == [0, 0]
    assert body["hasMore"] is True
    one = management.get(f"{sessions}/{body['data'][0]['id']}").json()
    assert one["totalDiscounts"] == 5


def test_searching_by_the_customer(
    management: httpx.Client, integration: httpx.Client, sessions: str
) -> None:
    put(integration, "s1", profileId="ann")
    put(integration, "s2", profileId="bob")
    put(integration, "anonymous")
    query = {"integrationIDs": ["ann"]}
    answer = management.post(f"{sessions}_search", params={"withTotalResultSize": "true"}, json=query)
    validate_answer(answer.json(), "getApplicationSessionsByCustomerAttributes", 200)
    assert [session["integrationId"] for session in answer.json()["data"]] == ["s1"]
    assert (answer.json()["totalResultSize"], "hasMore" in answer.json()) == (1, False)
    everybody = management.post(f"{sessions}_search", json={}).json()
    assert [session["integrationId"] for session in everybody["data"]] == ["s2", "s1"]
    assert everybody["hasMore"] is False


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"state": "lost"}, "state"),
        ({"sort": "cartItems"}, "sort"),
        ({"createdAfter": "yesterday"}, "createdAfter"),
        ({"partialMatch": "true", "profile": "ann", "coupon": "five"}, "partialMatch"),
        ({"pageSize": "10001"}, "pageSize"),
    ],
)
def test_queries_that_cannot_be_used(
    management: httpx.Client, sessions: str, query: dict[str, str], parameter: str
) -> None:
    answer = management.get(sessions, params=query)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["source"]["parameter"].startswith(parameter)


def test_what_does_not_exist(management: httpx.Client, sessions: str) -> None:
    for session_id in ("1000000000", "x", "0", str(2**70)):
        assert management.get(f"{sessions}/{session_id}").status_code == 404
    assert management.get(f"/v1/applications/{2**62}/sessions").status_code == 404
