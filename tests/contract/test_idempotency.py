"""The Idempotency-Key: the first answer is given again, and what it did is done once (behaviour/requests 6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Shop, rule
from tests.support.server import Server, client, make_application, make_integration_key


@pytest.fixture
def key(shop: Shop) -> dict[str, str]:
    """Headers with a key of this test."""
    return {"Idempotency-Key": f"key of {shop.id}"}


@pytest.fixture
def integration(server: Server, shop: Shop) -> Any:
    with client(server, f"ApiKey-v1 {shop.key}") as opened:
        yield opened


def put(
    integration: httpx.Client, session_id: str, headers: dict[str, str], query: str = "", **session: Any
) -> httpx.Response:
    body = {"customerSession": session, "responseContent": ["customerSession", "event"]}
    return integration.put(f"/v2/customer_sessions/{session_id}{query}", json=body, headers=headers)


def update_count(integration: httpx.Client, session_id: str) -> int:
    count: int = integration.get(f"/v2/customer_sessions/{session_id}").json()["customerSession"][
        "updateCount"
    ]
    return count


def test_a_replayed_request_gets_the_same_answer_and_does_nothing(
    integration: httpx.Client, key: dict[str, str]
) -> None:
    cart = [{"sku": "MUG", "quantity": 1, "price": 10}]
    first = put(integration, "a", key, cartItems=cart)
    again = put(integration, "a", key, cartItems=cart)
    other_body = put(integration, "a", key, cartItems=[], state="cancelled")
    assert first.status_code == again.status_code == other_body.status_code == 200
    assert first.content == again.content == other_body.content
    assert update_count(integration, "a") == 1


def test_a_repeated_close_counts_once(shop: Shop, integration: httpx.Client, key: dict[str, str]) -> None:
    campaign_id = shop.campaign(rule(["couponValid"]))
    path = f"/v1/applications/{shop.id}/campaigns/{campaign_id}/coupons"
    shop.admin.post(
        path, json={"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": "ONCE"}
    ).raise_for_status()
    sent = [put(integration, "a", key, couponCodes=["ONCE"], state="closed") for _ in range(3)]
    assert {(answer.status_code, answer.content) for answer in sent} == {(200, sent[0].content)}
    assert shop.admin.get(path).json()["data"][0]["usageCounter"] == 1


def test_another_key_is_another_request(integration: httpx.Client, key: dict[str, str]) -> None:
    put(integration, "a", key).raise_for_status()
    put(integration, "a", {"Idempotency-Key": "another"}).raise_for_status()
    put(integration, "a", {}).raise_for_status()
    assert update_count(integration, "a") == 3


def test_a_key_belongs_to_its_session(integration: httpx.Client, key: dict[str, str]) -> None:
    first, second = put(integration, "a", key), put(integration, "b", key)
    assert first.json()["customerSession"]["id"] != second.json()["customerSession"]["id"]


def test_a_key_belongs_to_its_application(
    integration: httpx.Client, key: dict[str, str], server: Server, admin: httpx.Client
) -> None:
    first = put(integration, "a", key)
    other = make_integration_key(admin, make_application(admin)["id"])
    with client(server, f"ApiKey-v1 {other}") as stranger:
        second = put(stranger, "a", key)
    assert first.json()["customerSession"]["id"] != second.json()["customerSession"]["id"]


def test_a_refusal_is_not_kept(integration: httpx.Client, key: dict[str, str]) -> None:
    assert put(integration, "a", key, attributes={"shoes": 1}).status_code == 400
    assert put(integration, "a", key).status_code == 200


def test_a_dry_request_is_evaluated_each_time(integration: httpx.Client, key: dict[str, str]) -> None:
    one, two = [{"sku": "A", "quantity": 1, "price": 1}], [{"sku": "A", "quantity": 2, "price": 1}]
    totals = [
        put(integration, "a", key, "?dry=true", cartItems=cart).json()["customerSession"]["total"]
        for cart in (one, two)
    ]
    assert totals == [1, 2]
    assert put(integration, "a", key, cartItems=two).json()["customerSession"]["updateCount"] == 1


def test_a_profile_update_is_repeated_safely(
    shop: Shop, integration: httpx.Client, key: dict[str, str]
) -> None:
    shop.define_attribute("CustomerProfile", "nickname", "string")
    path = f"/v2/customer_profiles/repeated {shop.id}"
    body = {"attributes": {"nickname": "Ann"}, "responseContent": ["customerProfile"]}
    first = integration.put(path, json=body, headers=key)
    again = integration.put(path, json={**body, "attributes": {"nickname": "Bob"}}, headers=key)
    assert (first.status_code, first.content) == (200, again.content)
    stored = integration.put(path, json={"responseContent": ["customerProfile"]}).json()
    assert stored["customerProfile"]["attributes"] == {"nickname": "Ann"}


def test_the_same_key_at_the_same_time_is_done_once(integration: httpx.Client, key: dict[str, str]) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: put(integration, "a", key), range(6)))
    done = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in done}) == 1
    assert update_count(integration, "a") == 1
