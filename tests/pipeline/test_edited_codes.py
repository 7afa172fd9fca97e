"""What was decided on a code is decided again when the code was edited or deleted meanwhile, whether it has a limit or not (behaviour/requests 9)."""

from __future__ import annotations

from typing import Any

import pytest

from tercel.database.engine import Database
from tests.pipeline.orders import Order, discount
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

_PAST = "2020-01-01T00:00:00Z"


def _each(limit: int) -> list[dict[str, Any]]:
    """As often for each customer."""
    return [{"action": "redeemCoupon", "limit": limit, "entities": ["Coupon", "Profile"]}]


_EDITS: dict[str, dict[str, Any] | None] = {
    "expired": {"expiryDate": _PAST},
    "for somebody else": {"recipientIntegrationId": "somebody else"},
    "once for each customer": {"limits": _each(1)},
    "deleted": None,
}


@pytest.mark.parametrize(
    "limits", [{}, {"usageLimit": 5, "discountLimit": 100}], ids=["without", "with limits"]
)
@pytest.mark.parametrize("edit", _EDITS)
async def test_a_coupon(shop: Shop, of_the_shop: Database, limits: dict[str, int], edit: str) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 4], when=["and", ["couponValid"]]))
    coupon = shop.coupon(campaign, "CODE", limits=_each(5), **limits)
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons/{coupon['id']}"
    bought = {"profileId": shop.ann, "couponCodes": ["CODE"]}
    shop.update("before", state="closed", cartItems=[item("A", 10)], **bought)

    def change(decisions: int) -> None:
        if decisions > 1:
            return
        body = _EDITS[edit]
        done = shop.management.delete(path) if body is None else shop.management.put(path, json=body)
        done.raise_for_status()

    order = Order(shop, **bought)
    order.when_decided = change
    assert await discount(of_the_shop, order) == 0
    assert order.decisions == 2


@pytest.mark.parametrize(
    "limits", [{}, {"usageLimit": 5, "discountLimit": 100}], ids=["without", "with limits"]
)
async def test_a_reservation_that_is_needed(
    shop: Shop, of_the_shop: Database, limits: dict[str, int]
) -> None:
    campaign = shop.campaign(rule(["setDiscount", "d", 4], when=["and", ["couponValid"]]))
    shop.coupon(campaign, "MINE", isReservationMandatory=True, **limits)
    path, holder = "/v1/coupon_reservations/MINE", {"integrationIDs": [shop.ann]}
    shop.integration.post(path, json=holder).raise_for_status()

    def change(decisions: int) -> None:
        if decisions == 1:
            shop.integration.request("DELETE", path, json=holder).raise_for_status()

    order = Order(shop, profileId=shop.ann, couponCodes=["MINE"])
    order.when_decided = change
    assert await discount(of_the_shop, order) == 0
    assert order.decisions == 2


@pytest.mark.parametrize("usage_limit", [0, 5], ids=["without a limit", "with a limit"])
@pytest.mark.parametrize("is_deleted", [False, True])
async def test_a_referral(shop: Shop, of_the_shop: Database, usage_limit: int, is_deleted: bool) -> None:
    when = ["and", ["referralValid"]]
    campaign = shop.campaign(rule(["setDiscount", "d", 4], when=when), features=["referrals"])
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, "usageLimit": usage_limit}
    made = shop.integration.post("/v1/referrals", json=body).json()
    path = f"{shop.path}/campaigns/{campaign['id']}/referrals/{made['id']}"

    def change(decisions: int) -> None:
        if decisions == 1:
            expired = {"expiryDate": _PAST}
            done = shop.management.delete(path) if is_deleted else shop.management.put(path, json=expired)
            done.raise_for_status()

    order = Order(shop, profileId=f"bob of {shop.application['id']}", referralCode=made["code"])
    order.when_decided = change
    assert await discount(of_the_shop, order) == 0
    assert order.decisions == 2
