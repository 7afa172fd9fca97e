"""Of a batch whose first order uses a code up, the second one is refused; not if somebody gave the code back meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tercel.database.engine import Database
from tests.pipeline.orders import Order, discounts
from tests.support.shop import Shop, item, rule

pytestmark = pytest.mark.anyio

#: The session fields of an order, for its customer; and what gives one use back.
_Made = tuple[Callable[[str], dict[str, Any]], Callable[[], None]]
_FOUR = ["setDiscount", "d", 4]


def _coupon(shop: Shop) -> _Made:
    campaign = shop.campaign(rule(_FOUR, when=["and", ["couponValid"]]))
    shop.coupon(campaign, "CODE", usageLimit=2)
    return _ordered(shop, {"couponCodes": ["CODE"]})


def _referral(shop: Shop) -> _Made:
    campaign = shop.campaign(rule(_FOUR, when=["and", ["referralValid"]]), features=["referrals"])
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann, "usageLimit": 2}
    return _ordered(shop, {"referralCode": shop.integration.post("/v1/referrals", json=body).json()["code"]})


def _ordered(shop: Shop, code: dict[str, Any]) -> _Made:
    """An order takes one of two uses; cancelled it gives it back."""

    def order(customer: str) -> dict[str, Any]:
        return {**code, "profileId": f"{customer} of {shop.application['id']}"}

    shop.update("before", state="closed", cartItems=[item("A", 10)], **order("eve"))

    def give_back() -> None:
        shop.update("before", state="cancelled")

    return order, give_back


def _reservation(shop: Shop) -> _Made:
    """Sessions that stay open reserve; of two reservations the shop made one, and ends it."""
    campaign = shop.campaign(rule(["reserveCoupon"], _FOUR, when=["and", ["couponValid"]]))
    shop.coupon(campaign, "CODE", reservationLimit=2)
    path, holder = "/v1/coupon_reservations/CODE", {"integrationIDs": [f"eve of {shop.application['id']}"]}
    shop.integration.post(path, json=holder).raise_for_status()

    def order(customer: str) -> dict[str, Any]:
        profile = f"{customer} of {shop.application['id']}"
        return {"couponCodes": ["CODE"], "profileId": profile, "state": "open"}

    def give_back() -> None:
        shop.integration.request("DELETE", path, json=holder).raise_for_status()

    return order, give_back


@pytest.mark.parametrize("make", [_coupon, _referral, _reservation])
@pytest.mark.parametrize(("is_given_back", "expected"), [(False, [4, 0]), (True, [4, 4])])
async def test_the_second_order(
    shop: Shop, of_the_shop: Database, make: Callable[[Shop], _Made], is_given_back: bool, expected: list[int]
) -> None:
    order, give_back = make(shop)
    first, second = Order(shop, "first", **order("bob")), Order(shop, "second", **order("cid"))

    def change(decisions: int) -> None:
        if decisions == 1 and is_given_back:
            give_back()

    second.when_decided = change
    assert await discounts(of_the_shop, first, second) == expected
    assert second.decisions == 1 + is_given_back
