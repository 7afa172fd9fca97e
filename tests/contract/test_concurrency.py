"""Requests at the same time: limits hold, and every update that was answered with 200 is counted (behaviour/requests 9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Shop, rule
from tests.support.server import Server, client


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands in line behind their own session or profile waits for as long as the machine takes."""
    monkeypatch.setattr("tercel.pipeline.queue.IN_LINE_SECONDS_MAX", 60)
    monkeypatch.setattr("tercel.pipeline.queue.WAITING_SECONDS_MAX", 60)


def put(integration: httpx.Client, session_id: str, **session: Any) -> httpx.Response:
    return integration.put(f"/v2/customer_sessions/{session_id}", json={"customerSession": session})


def kinds(answer: httpx.Response) -> list[str]:
    return [effect["effectType"] for effect in answer.json()["effects"]]


def test_a_limited_code_is_redeemed_exactly_as_often_as_allowed(server: Server, shop: Shop) -> None:
    campaign_id = shop.campaign(rule(["couponValid"], effects=[["setDiscount", "five off", 5]]))
    path = f"/v1/applications/{shop.id}/campaigns/{campaign_id}"
    coupon = {"usageLimit": 5, "numberOfCoupons": 1, "couponPattern": "RUSH"}
    shop.admin.post(f"{path}/coupons", json=coupon).raise_for_status()

    with client(server, f"ApiKey-v1 {shop.key}") as integration, ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda number: put(
                    integration, f"rush {number}", state="closed", couponCodes=["RUSH"], profileId=f"{shop.id}/{number}"
                ),
                range(20),
            )
        )  # fmt: skip

    assert {answer.status_code for answer in answers} == {200}
    assert sorted(map(kinds, answers)) == [["acceptCoupon", "setDiscount"]] * 5 + [["rejectCoupon"]] * 15
    refused = [answer.json()["effects"][0] for answer in answers if kinds(answer) == ["rejectCoupon"]]
    assert {effect["props"]["rejectionReason"] for effect in refused} == {"CouponLimitReached"}
    stored = shop.admin.get(f"{path}/coupons").json()["data"][0]
    campaign = shop.admin.get(path).json()
    assert (stored["usageCounter"], campaign["couponRedemptionCount"], campaign["discountCount"]) == (
        5,
        5,
        25,
    )


def test_a_budget_is_not_passed(server: Server, shop: Shop) -> None:
    limit = {"action": "setDiscount", "limit": 30, "entities": []}
    campaign_id = shop.campaign(rule(effects=[["setDiscount", "seven off", 7]]), limits=[limit])
    with client(server, f"ApiKey-v1 {shop.key}") as integration, ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(lambda number: put(integration, f"budget {number}", state="closed"), range(12))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert sum(kinds(answer) == ["setDiscount"] for answer in answers) == 4
    campaign = shop.admin.get(f"/v1/applications/{shop.id}/campaigns/{campaign_id}").json()
    assert campaign["budgets"] == [{"action": "setDiscount", "limit": 30, "counter": 28}]


@pytest.mark.usefixtures("patient")
def test_updates_of_one_session_are_done_one_after_the_other(server: Server, shop: Shop) -> None:
    with client(server, f"ApiKey-v1 {shop.key}") as integration, ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(
                lambda number: put(integration, "one", identifiers=[str(number)]),
                range(12),
            )
        )
        session = integration.get("/v2/customer_sessions/one").json()["customerSession"]
    assert {answer.status_code for answer in answers} == {200}
    assert session["updateCount"] == len(answers)


@pytest.mark.usefixtures("patient")
def test_updates_of_one_profile_are_done_one_after_the_other(server: Server, shop: Shop) -> None:
    path = f"/v2/customer_profiles/hot {shop.id}"
    numbers = {f"hot_{number}": "number" for number in range(12)}
    for name in numbers:
        attribute = {"entity": "CustomerProfile", "name": name, "title": name, "type": "number",
                     "description": "", "editable": True}  # fmt: skip
        assert shop.admin.post("/v1/attributes", json=attribute).status_code in (201, 409)
    with client(server, f"ApiKey-v1 {shop.key}") as integration, ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda name: integration.put(path, json={"attributes": {name: 1}}), numbers))
        stored = integration.put(path, json={"responseContent": ["customerProfile"]}).json()
    assert {answer.status_code for answer in answers} == {200}
    assert stored["customerProfile"]["attributes"] == dict.fromkeys(numbers, 1)


def test_one_customer_may_shop_in_many_sessions_at_once(server: Server, shop: Shop) -> None:
    profile, cart = f"busy {shop.id}", [{"sku": "MUG", "quantity": 1, "price": 10}]
    with client(server, f"ApiKey-v1 {shop.key}") as integration, ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda number: put(integration, f"of one {number}", state="closed", profileId=profile, cartItems=cart),
                range(8),
            )
        )  # fmt: skip
        body = {"responseContent": ["customerProfile"]}
        stored = integration.put(f"/v2/customer_profiles/{profile}", json=body).json()["customerProfile"]
    assert {answer.status_code for answer in answers} == {200}
    assert (stored["closedSessions"], stored["totalSales"]) == (8, 80)
