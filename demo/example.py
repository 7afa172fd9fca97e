"""A request to try by hand: a customer redeems a coupon like one that was redeemed in the replay. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from demo.documents import SessionDocuments, profile_id, store_id
from demo.promotions import LARGE_TYPE
from demo.shop import Basket, Coupon, Household, Line, Shop


class Example(NamedTuple):
    """The body of a session update and the time at which it is to be evaluated."""

    body: dict[str, Any]
    at: datetime


def find_example(shop: Shop, redeemed: Collection[tuple[int, str]]) -> Example | None:
    """Find a cart of one product with a coupon that is accepted, or None when the replay has no such thing.

    ``redeemed`` holds the household and the code of every accepted coupon.
    """
    coupons = {coupon.code: coupon for coupon in shop.coupons}
    # Because: the budget of a large campaign may be used up.
    large = {campaign.id for campaign in shop.campaigns if campaign.type == LARGE_TYPE}
    for basket in reversed(shop.baskets):
        for code in basket.codes:
            coupon = coupons[code]
            if (basket.household, code) not in redeemed or coupon.campaign in large:
                continue
            line = _dearest(basket, coupon)
            household = _somebody_else(shop, coupon, redeemed)
            if line and household:
                return Example(_body(shop, basket, line, household, code), basket.at)
    return None


def _dearest(basket: Basket, coupon: Coupon) -> Line | None:
    lines = [line for line in basket.lines if line.product in coupon.products]
    return max(lines, key=lambda line: line.price, default=None)


def _somebody_else(shop: Shop, coupon: Coupon, redeemed: Collection[tuple[int, str]]) -> Household | None:
    return next(
        (
            household
            for household in shop.households
            if coupon.campaign in household.campaigns and (household.id, coupon.code) not in redeemed
        ),
        None,
    )


def _body(shop: Shop, basket: Basket, line: Line, household: Household, code: str) -> dict[str, Any]:
    items = SessionDocuments(shop.products, shop.wide_offers()).items([line])
    session = {
        "profileId": profile_id(household.id),
        "storeIntegrationId": store_id(basket.store),
        "couponCodes": [code],
        "cartItems": items,
    }
    return {"customerSession": session}
