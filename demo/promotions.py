"""The rule sets of the shop: one for all 27 coupon campaigns, and three for everybody.

What a coupon takes off is not in the data. Where one was used, the median of what came off is a dollar: so each takes
a dollar off the dearest unit it is good for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.shop import Campaign

#: Large campaigns may redeem this many coupons; two of the four would redeem more.
LARGE_CAMPAIGN_BUDGET = 500
#: What the tenth baskets of a month may cost.
TENTH_BASKET_BUDGET = 500
CARD_PRICES = "Card prices"
LARGE_TYPE = "A"

#: The conditions of a coupon campaign by their index, in words, for when one does not hold.
UNMET_CONDITIONS = (
    "the coupon is not valid",
    "the household was not sent the campaign",
    "no product of the coupon is in the basket",
)

_GOOD_FOR = "Items the coupon is good for"
_CARD_ITEMS = "Items with a card price"
_OWN_BRAND = "Items of our own brand"
_WEDNESDAY = 3
_ITEM_PRICE = [".", "Item", "DiscountedPrice"]
_ITEMS = [".", "Session", "CartItems"]


@dataclass(frozen=True, slots=True)
class Promotion:
    """A campaign as it is created. ``key`` is the campaign of the data, None for one of ours."""

    key: int | None
    document: dict[str, Any]
    ruleset: dict[str, Any]


def everyday_promotions() -> list[Promotion]:
    """Return the promotions that need no code; card prices come first, so that others start from what is left."""
    return [_card_prices(), _own_brand(), _tenth_basket()]


def coupon_promotion(campaign: Campaign, start_time: str, end_time: str) -> Promotion:
    """Return a campaign of the data: a dollar off, once per household and coupon, for households that were sent it."""
    limits: list[dict[str, Any]] = [
        {"action": "redeemCoupon", "limit": 1, "entities": ["Coupon", "Profile"]},
    ]
    if campaign.type == LARGE_TYPE:
        limits.append({"action": "redeemCoupon", "limit": LARGE_CAMPAIGN_BUDGET, "entities": []})
    document = _campaign(
        f"Campaign {campaign.id}",
        f"Coupons for selected households, type {campaign.type}.",
        features=["coupons"],
        tags=[f"type {campaign.type}"],
        limits=limits,
        startTime=start_time,
        endTime=end_time,
    )
    return Promotion(campaign.id, document, _coupon_ruleset(str(campaign.id)))


def _coupon_ruleset(campaign: str) -> dict[str, Any]:
    dearest = ["take", ["sortByNumber", [".", _GOOD_FOR], [["Item"], _ITEM_PRICE], True], 1]
    is_listed = ["oneOf", [".", "Item", "SKU"], [".", "Coupon", "Attributes", "Products"]]
    names_coupon = ["oneOf", [".", "Coupon", "Value"], [".", "Item", "Attributes", "Offers"]]
    good_for = ["or", ["catch", False, is_listed], ["catch", False, names_coupon]]
    return _ruleset(
        "A dollar off a product of the coupon",
        [
            ["couponValid"],
            ["oneOf", campaign, [".", "Profile", "Attributes", "Campaigns"]],
            [">", ["count", [".", _GOOD_FOR]], 0],
        ],
        ["setDiscountPerItem", "Coupon", dearest, [["Item"], ["min", 1, _ITEM_PRICE]]],
        _filter(_GOOD_FOR, good_for),
    )


def _card_prices() -> Promotion:
    saving = [".", "Item", "Attributes", "CardSaving"]
    ruleset = _ruleset(
        "The card's price",
        [[">", ["count", [".", _CARD_ITEMS]], 0]],
        ["setDiscountPerItem", "Card price", [".", _CARD_ITEMS], [["Item"], saving]],
        _filter(_CARD_ITEMS, ["catch", False, [">", saving, 0]]),
    )
    return Promotion(None, _campaign(CARD_PRICES, "What the shop's card takes off marked items."), ruleset)


def _own_brand() -> Promotion:
    tenth = ["round", ["*", 0.1, _ITEM_PRICE], 2]
    ruleset = _ruleset(
        "A tenth off our own brand",
        [["=", ["weekday", ["now"]], _WEDNESDAY], [">", ["count", [".", _OWN_BRAND]], 0]],
        ["setDiscountPerItem", "Own brand", [".", _OWN_BRAND], [["Item"], tenth]],
        _filter(_OWN_BRAND, ["catch", False, ["=", [".", "Item", "Attributes", "Brand"], "Private"]]),
    )
    return Promotion(None, _campaign("Own-brand Wednesday", "10 % off our own brand on Wednesdays."), ruleset)


def _tenth_basket() -> Promotion:
    share = ["round", ["*", 0.05, [".", "Session", "DiscountedTotal"]], 2]
    ruleset = _ruleset(
        "Five per cent off the tenth basket",
        [["=", ["mod", [".", "Profile", "ClosedSessions"], 10], 9]],
        ["setDiscount", "Tenth basket", share, ["kv", ["partial", True]]],
    )
    document = _campaign(
        "Tenth basket",
        f"5 % off every tenth basket, at most {TENTH_BASKET_BUDGET} a month.",
        limits=[
            {"action": "setDiscount", "limit": TENTH_BASKET_BUDGET, "period": "monthly", "entities": []},
        ],
    )
    return Promotion(None, document, ruleset)


def _campaign(name: str, description: str, **fields: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {"features": [], "tags": [], "limits": []}
    return {"name": name, "description": description, "state": "enabled", **defaults, **fields}


def _ruleset(
    title: str, conditions: list[Any], effect: list[Any], *bindings: dict[str, Any]
) -> dict[str, Any]:
    rule = {"title": title, "condition": ["and", *conditions], "effects": [effect]}
    return {"rules": [rule], "bindings": list(bindings), "activate": True}


def _filter(name: str, test: list[Any]) -> dict[str, Any]:
    return {"name": name, "type": "cartItemFilter", "expression": ["filter", _ITEMS, [["Item"], test]]}
