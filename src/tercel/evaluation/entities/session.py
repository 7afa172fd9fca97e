"""Entity `Session` of the rule language, with the amounts that discounts lower (behaviour/evaluation 7; behaviour/discounts 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from tercel.base.numbers import ZERO
from tercel.evaluation.entities.cart import Item, expand
from tercel.evaluation.snapshot import CartLine, SessionFacts
from tercel.language.compiler.indexed import IndexedList
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    BOOLEAN,
    LIST,
    MAP,
    NUMBER,
    STRING,
    TIME,
)


class Session(Entity):
    """The session that rules read.

    Totals are those of behaviour/sessions 6: before discounts and without returned units. The discounted amounts move after each
    successful rule. Those of the session never fall below 0; the price of a unit does, unless discounts are capped.
    """

    __slots__ = (
        "additional_cost_total", "attributes", "cart_item_total", "cart_items", "discount_total",
        "discounted_cart_item_total", "discounted_total", "facts", "is_capped", "is_flattened", "store_integration_id", "total",
    )  # fmt: skip
    FIELDS: ClassVar[dict[str, Field]] = {
        "IntegrationId": Field("integration_id", STRING, "id that the client chose"),
        "State": Field("state", STRING, "state that the session is moving to"),
        "ReferralCode": Field("referral_code", STRING, "referral code of the session"),
        "StoreIntegrationId": Field(
            "store_integration_id", STRING, "integration id of the session's store; unset without one"
        ),
        "Created": Field("created", TIME, "when the session was created"),
        "Updated": Field("updated", TIME, "when the session was last updated"),
        "Total": Field("total", NUMBER, "items and all additional costs, before discounts"),
        "CartItemTotal": Field("cart_item_total", NUMBER, "sum of price times quantity"),
        "CartTotal": Field("cart_item_total", NUMBER, "the same as CartItemTotal"),
        "AdditionalCostTotal": Field(
            "additional_cost_total", NUMBER, "all additional costs, those of the items too"
        ),
        "AdditionalCosts": Field("additional_costs", MAP, "additional costs of the session by name"),
        "CartItems": Field("cart_items", LIST, "units of the cart", Item),
        "CouponCodes": Field("coupon_codes", LIST, "coupon codes as sent"),
        "LoyaltyCards": Field("loyalty_cards", LIST, "identifiers of the loyalty cards"),
        "Identifiers": Field("identifiers", LIST, "identifiers for limits per identifier"),
        "FirstSession": Field("is_first", BOOLEAN, "the profile has no closed session"),
        "UpdateCount": Field("update_count", NUMBER, "number of updates, 1 for a new session"),
        "DiscountedTotal": Field("discounted_total", NUMBER, "total less all discounts granted so far"),
        "DiscountedCartItemTotal": Field(
            "discounted_cart_item_total", NUMBER, "item total less the discounts on items granted so far"
        ),
        "DiscountTotal": Field("discount_total", NUMBER, "sum of the discounts granted so far"),
        "Attributes": Field("attributes", MAP, "attributes of the session by name"),
    }

    def __init__(
        self,
        facts: SessionFacts,
        *,
        is_flattened: bool,
        is_capped: bool = False,
        store_integration_id: str | None = None,
    ) -> None:
        self.facts = facts
        self.is_capped = is_capped
        self.is_flattened = is_flattened
        self.store_integration_id = store_integration_id
        self.attributes = facts.attributes
        items, costs = totals(facts.lines)
        if facts.additional_costs:
            costs = sum(facts.additional_costs.values(), costs)
        self.cart_item_total = self.discounted_cart_item_total = items
        self.additional_cost_total = costs
        self.total = self.discounted_total = items + costs
        self.discount_total = ZERO

    def __getattr__(self, name: str) -> IndexedList:
        """Make the units of the cart when they are first needed.

        Because: a slot is read far more often than it is filled, and a property would cost a call each time.
        """
        if name != "cart_items":
            raise AttributeError(name)
        self.cart_items = expand(self.facts.lines, is_flattened=self.is_flattened)
        return self.cart_items

    def raise_all(self) -> None:
        """Put the discounted amounts back to where they were before any discount."""
        self.discount_total = ZERO
        self.discounted_total = self.total
        self.discounted_cart_item_total = self.cart_item_total
        for unit in self.cart_items:
            unit.discounted_price = unit.price

    def lower(self, granted: Iterable[tuple[Decimal, Item | None, bool, Any]]) -> None:
        """Move the discounted amounts by discounts, each an amount, its item if it is on one, whether it is on the items,
        and its base.

        One on an item lowers its price, the item total and the total; one on the items lowers both totals; any other
        lowers the total alone.
        """
        for amount, item, is_on_items, _ in granted:
            self.discount_total += amount
            left = self.discounted_total - amount
            self.discounted_total = left if left > ZERO else ZERO
            if item is not None or is_on_items:
                self.discounted_cart_item_total = max(self.discounted_cart_item_total - amount, ZERO)
            if item is not None:
                unit = self.cart_items[item.index]
                price = unit.discounted_price - amount / unit.quantity
                unit.discounted_price = max(price, ZERO) if self.is_capped else price

    @property
    def integration_id(self) -> str:
        """The id that the client chose."""
        return self.facts.integration_id

    @property
    def state(self) -> str:
        """The state that the session is moving to."""
        return self.facts.state

    @property
    def referral_code(self) -> str | None:
        """The referral code; an empty one counts as none."""
        return self.facts.referral_code or None

    @property
    def created(self) -> datetime:
        """Creation time."""
        return self.facts.created

    @property
    def updated(self) -> datetime:
        """Time of the last update."""
        return self.facts.updated

    @property
    def additional_costs(self) -> Mapping[str, Decimal]:
        """Costs of the session by their names."""
        return self.facts.additional_costs

    @property
    def coupon_codes(self) -> list[Any]:
        """The codes as sent."""
        return self.facts.coupon_codes

    @property
    def loyalty_cards(self) -> list[Any]:
        """The identifiers of the cards."""
        return self.facts.loyalty_cards

    @property
    def identifiers(self) -> list[Any]:
        """The identifiers."""
        return self.facts.identifiers

    @property
    def is_first(self) -> bool:
        """Whether the profile has no closed session."""
        return self.facts.is_first

    @property
    def update_count(self) -> Decimal:
        """Number of updates."""
        return Decimal(self.facts.update_count)


def totals(lines: list[CartLine]) -> tuple[Decimal, Decimal]:
    """Sum of the items' prices, and of their additional costs, over the units that were not returned."""
    items = costs = ZERO
    for line in lines:
        quantity = line.quantity - line.returned_quantity
        items += line.price * quantity
        if line.additional_costs:
            costs += sum(line.additional_costs.values(), ZERO) * quantity
    return items, costs
