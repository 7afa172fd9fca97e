"""Batches that lose a race run again: nobody is turned away, and no limit is passed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.support.server import created

LIMIT = 40
CODES = [f"CODE-{number}" for number in range(6)]
RULE = {
    "title": "a dollar off",
    "condition": ["and", ["couponValid"]],
    "effects": [["setDiscount", "coupon", 1]],
}


def _campaign(management: httpx.Client, application_id: int) -> str:
    """A campaign that redeems so many coupons, and its path."""
    campaigns = f"/v1/applications/{application_id}/campaigns"
    limits = [{"action": "redeemCoupon", "limit": LIMIT, "entities": []}]
    body = {"name": "Rush", "features": ["coupons"], "tags": [], "limits": limits}
    path = f"{campaigns}/{created(management.post(campaigns, json=body))['id']}"
    created(management.post(f"{path}/rulesets", json={"rules": [RULE], "bindings": []}))
    for code in CODES:
        coupon = {"usageLimit": 0, "numberOfCoupons": 1, "couponPattern": code}
        management.post(f"{path}/coupons", json=coupon).raise_for_status()
    return path


def test_sessions_with_several_codes_share_the_last_of_a_limit(
    management: httpx.Client, integration: httpx.Client, application: dict[str, Any]
) -> None:
    path = _campaign(management, application["id"])

    def close(number: int) -> httpx.Response:
        session = {"state": "closed", "couponCodes": CODES[: number % len(CODES) + 1]}
        return integration.put(f"/v2/customer_sessions/rush-{number}", json={"customerSession": session})

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(close, range(64)))

    assert {answer.status_code for answer in answers} == {200}
    effects = [effect["effectType"] for answer in answers for effect in answer.json()["effects"]]
    assert effects.count("acceptCoupon") == LIMIT
    assert management.get(path).json()["couponRedemptionCount"] == LIMIT
