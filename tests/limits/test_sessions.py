"""The limits of session updates: what is exactly at the limit is accepted, one more is refused with its pointer."""

from typing import Any

import pytest

from tercel.base import limits
from tests.support.shop import Shop, item

ROOT = "/customerSession"


def lines(count: int) -> list[dict[str, Any]]:
    return [item(f"A{number}", 1) for number in range(count)]


def costs(count: int) -> dict[str, Any]:
    return {f"cost{number}": {"price": 1} for number in range(count)}


#: Name, the session at the limit, the session beyond it, and what is said: title and pointer.
EDGES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    (
        "CART_LINES_MAX",
        {"cartItems": lines(limits.CART_LINES_MAX)},
        {"cartItems": lines(limits.CART_LINES_MAX + 1)},
        "maxItems",
        f"{ROOT}/cartItems",
    ),
    (
        "CART_UNITS_MAX",
        {"cartItems": [item("A", 1, limits.CART_UNITS_MAX - 1), item("B", 1)]},
        {"cartItems": [item("A", 1, limits.CART_UNITS_MAX), item("B", 1)]},
        "maximum",
        f"{ROOT}/cartItems",
    ),
    (
        "IDENTIFIERS_MAX",
        {"identifiers": [str(number) for number in range(limits.IDENTIFIERS_MAX)]},
        {"identifiers": [str(number) for number in range(limits.IDENTIFIERS_MAX + 1)]},
        "maxItems",
        f"{ROOT}/identifiers",
    ),
    (
        "LOYALTY_CARDS_MAX",
        {"loyaltyCards": []},
        {"loyaltyCards": ["card"] * (limits.LOYALTY_CARDS_MAX + 1)},
        "maxItems",
        f"{ROOT}/loyaltyCards",
    ),
    (
        "COUPON_CODES_MAX",
        {"couponCodes": [f"CODE{number}" for number in range(limits.COUPON_CODES_MAX)]},
        {"couponCodes": [f"CODE{number}" for number in range(limits.COUPON_CODES_MAX + 1)]},
        "maxItems",
        f"{ROOT}/couponCodes",
    ),
    (
        "COUPON_CODE_LENGTH_MAX",
        {"couponCodes": ["x" * limits.COUPON_CODE_LENGTH_MAX]},
        {"couponCodes": ["x" * (limits.COUPON_CODE_LENGTH_MAX + 1)]},
        "maxLength",
        f"{ROOT}/couponCodes/0",
    ),
    (
        "REFERRAL_CODE_LENGTH_MAX",
        {"referralCode": "x" * limits.REFERRAL_CODE_LENGTH_MAX},
        {"referralCode": "x" * (limits.REFERRAL_CODE_LENGTH_MAX + 1)},
        "maxLength",
        f"{ROOT}/referralCode",
    ),
    (
        "INTEGRATION_ID_LENGTH_MAX",
        {"profileId": "x" * limits.INTEGRATION_ID_LENGTH_MAX},
        {"profileId": "x" * (limits.INTEGRATION_ID_LENGTH_MAX + 1)},
        "maxLength",
        f"{ROOT}/profileId",
    ),
    (
        "TEXT_LENGTH_MAX",
        {"cartItems": [item("A", 1, name="x" * limits.TEXT_LENGTH_MAX)]},
        {"cartItems": [item("A", 1, name="x" * (limits.TEXT_LENGTH_MAX + 1))]},
        "maxLength",
        f"{ROOT}/cartItems/0/name",
    ),
    (
        "AMOUNT_MAX",
        {"cartItems": [item("A", int(limits.AMOUNT_MAX)), item("B", -int(limits.AMOUNT_MAX))]},
        {"cartItems": [item("A", 1), item("B", -int(limits.AMOUNT_MAX) - 1)]},
        "maximum",
        f"{ROOT}/cartItems/1/price",
    ),
]


@pytest.mark.parametrize(
    ("allowed", "refused", "title", "pointer"), [row[1:] for row in EDGES], ids=[row[0] for row in EDGES]
)
def test_the_edge(
    shop: Shop, allowed: dict[str, Any], refused: dict[str, Any], title: str, pointer: str
) -> None:
    answer = shop.put("s", **refused)
    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["title"], problem["source"]) == (400, title, {"pointer": pointer})
    assert shop.put("s", **allowed).status_code == 200


def test_additional_costs(shop: Shop) -> None:
    for name in costs(limits.ADDITIONAL_COSTS_MAX):
        body = {"name": name, "title": name, "description": "", "type": "session"}
        body["subscribedApplicationsIds"] = [shop.application["id"]]  # type: ignore[assignment]  # a JSON document
        assert shop.management.post("/v1/additional_costs", json=body).status_code == 201
    assert shop.put("s", additionalCosts=costs(limits.ADDITIONAL_COSTS_MAX)).status_code == 200
    answer = shop.put("s", additionalCosts=costs(limits.ADDITIONAL_COSTS_MAX + 1))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "maxProperties"


def test_evaluable_campaigns(shop: Shop) -> None:
    def dry(count: int) -> int:
        body = {"customerSession": {"evaluableCampaignIds": list(range(1, count + 1))}}
        return shop.integration.put("/v2/customer_sessions/s?dry=true", json=body).status_code

    assert dry(limits.EVALUABLE_CAMPAIGNS_MAX) == 200
    assert dry(limits.EVALUABLE_CAMPAIGNS_MAX + 1) == 400


def test_idempotency_keys(shop: Shop) -> None:
    def send(length: int) -> tuple[int, Any]:
        headers = {"Idempotency-Key": "k" * length}
        answer = shop.integration.put(
            "/v2/customer_sessions/s", json={"customerSession": {}}, headers=headers
        )
        return answer.status_code, answer.json().get("errors")

    assert send(limits.IDEMPOTENCY_KEY_LENGTH_MAX) == (200, None)
    status, errors = send(limits.IDEMPOTENCY_KEY_LENGTH_MAX + 1)
    assert (status, errors[0]["source"]) == (400, {"parameter": "Idempotency-Key"})


def test_answers_are_replayed_for_so_long(shop: Shop) -> None:
    def update_count(at: str) -> int:
        headers = {"Idempotency-Key": "same", "X-Tercel-Now": at}
        body = {"customerSession": {}, "responseContent": ["customerSession"]}
        answer = shop.integration.put("/v2/customer_sessions/s", json=body, headers=headers)
        count: int = answer.json()["customerSession"]["updateCount"]
        return count

    assert limits.IDEMPOTENCY_HOURS == 24
    assert update_count("2026-11-20T12:00:00Z") == 1
    assert update_count("2026-11-21T11:59:59Z") == 1
    assert update_count("2026-11-21T12:00:00Z") == 2
