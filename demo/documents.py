"""Facts of the shop as documents of the API. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from demo.promotions import Promotion, coupon_promotion, everyday_promotions
from demo.shop import ZONE, Basket, Campaign, Coupon, Household, Line, Product, Shop
from tercel.base.codec import wire_time

APPLICATION = {
    "name": "Grocery",
    "description": "The purchases of 2017 of The Complete Journey.",
    "timezone": ZONE.key,
    "currency": "USD",
}

_ATTRIBUTES = [
    ("CustomerProfile", "Age", "string", "Age group of the head of the household."),
    ("CustomerProfile", "Income", "string", "Income group, in thousands of dollars a year."),
    ("CustomerProfile", "HomeOwnership", "string", "Whether the home is owned or rented."),
    ("CustomerProfile", "MaritalStatus", "string", "Whether the head of the household is married."),
    ("CustomerProfile", "HouseholdSize", "string", "Number of people."),
    ("CustomerProfile", "HouseholdComposition", "string", "Adults and children in words."),
    ("CustomerProfile", "Kids", "string", "Number of children."),
    (
        "CustomerProfile",
        "Campaigns",
        "(list string)",
        "Numbers of the campaigns that were sent to the household.",
    ),
    ("CartItem", "Department", "string", "Department of the store."),
    ("CartItem", "Brand", "string", "National, or Private for the shop's own."),
    ("CartItem", "CardSaving", "number", "What the shop's card takes off one unit."),
    ("CartItem", "Offers", "(list string)", "Coupons for whole assortments that the product belongs to."),
    ("Coupon", "Products", "(list string)", "The products that the coupon is good for."),
]


def attribute_documents() -> list[dict[str, Any]]:
    """Return the custom attributes that the other documents use."""
    return [
        {
            "entity": entity,
            "name": name,
            "title": name,
            "type": kind,
            "description": description,
            "suggestions": [],
            "editable": True,
        }
        for entity, name, kind, description in _ATTRIBUTES
    ]


def store_document(store: int) -> dict[str, Any]:
    """Return a store; the data know nothing of it but its number."""
    return {"name": f"Store {store}", "description": "", "integrationId": store_id(store)}


def promotions(campaigns: Sequence[Campaign]) -> list[Promotion]:
    """Return all campaigns in the order in which they are evaluated."""
    coupons = [
        coupon_promotion(
            campaign, _midnight(campaign.first_day), _midnight(campaign.last_day + timedelta(days=1))
        )
        for campaign in campaigns
    ]
    return [*everyday_promotions(), *coupons]


def coupon_document(coupon: Coupon) -> dict[str, Any]:
    """Return a coupon that every customer may use any number of times: its campaign limits who and how often."""
    products = {} if coupon.is_wide else {"Products": [str(product) for product in sorted(coupon.products)]}
    return {"usageLimit": 0, "numberOfCoupons": 1, "couponPattern": coupon.code, "attributes": products}


def profile_document(household: Household) -> dict[str, Any]:
    """Return a household as a customer profile."""
    sent = {"Campaigns": [str(campaign) for campaign in household.campaigns]} if household.campaigns else {}
    return {"attributes": {**household.demographics, **sent}}


class SessionDocuments:
    """Baskets as closed sessions."""

    def __init__(self, products: Mapping[int, Product], offers: Mapping[int, list[str]]) -> None:
        self._products = products
        self._offers = offers
        self._fields: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}

    def document(self, basket: Basket) -> dict[str, Any]:
        """Return the body that closes the session of a basket."""
        session: dict[str, Any] = {
            "profileId": profile_id(basket.household),
            "storeIntegrationId": store_id(basket.store),
            "state": "closed",
            "cartItems": self.items(basket.lines),
        }
        if basket.codes:
            session["couponCodes"] = basket.codes
        return {"customerSession": session, "responseContent": []}

    def items(self, lines: Iterable[Line]) -> list[dict[str, Any]]:
        """Lines as items of a cart."""
        return [self._item(line) for line in lines]

    def _item(self, line: Line) -> dict[str, Any]:
        fields, attributes = self._fields.get(line.product) or self._describe(line.product)
        if line.saving:
            attributes = {**attributes, "CardSaving": dollars(line.saving)}
        return {**fields, "quantity": line.quantity, "price": dollars(line.price), "attributes": attributes}

    def _describe(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        product = self._products.get(number, Product(number, "", "", "", ""))
        fields = {"sku": str(number), "name": product.name, "category": product.category}
        attributes = {
            "Department": product.department,
            "Brand": product.brand,
            "Offers": self._offers.get(number),
        }
        described = _known(fields), _known(attributes)
        self._fields[number] = described
        return described


def store_id(store: int) -> str:
    """Return the API's id of a store."""
    return f"store-{store}"


def profile_id(household: int) -> str:
    """Return the API's id of a household."""
    return f"household-{household}"


def session_path(basket: Basket) -> str:
    """Return the path to which the session of a basket is written."""
    return f"/v2/customer_sessions/basket-{basket.id}"


def opening_time(shop: Shop) -> datetime:
    """Return a moment before the first campaign and the first basket."""
    starts = (campaign.first_day for campaign in shop.campaigns)
    first_day = min(starts, default=shop.baskets[0].at.date()) - timedelta(days=1)
    return datetime.combine(min(first_day, shop.baskets[0].at.date()), time(), UTC)


def dollars(cents: int) -> Decimal:
    """Whole cents as an amount."""
    return Decimal(cents).scaleb(-2)


def _midnight(day: date) -> str:
    return wire_time(datetime.combine(day, time(), ZONE))


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
