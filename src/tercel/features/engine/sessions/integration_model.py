"""Wire types of sessions in the Integration API (behaviour/sessions 2, 3, 16)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.base.keys import clean_code

Identifier = Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
Text = Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
State = Literal["open", "closed", "partially_returned", "cancelled"]
ResponseContent = Literal[
    "customerSession",
    "customerProfile",
    "coupons",
    "triggeredCampaigns",
    "referral",
    "loyalty",
    "event",
    "awardedGiveaways",
    "ruleFailureReasons",
    "previousReturns",
    "campaignEligibility",
    "achievements",
]


class Product(msgspec.Struct, omit_defaults=True):
    """What the item is an instance of."""

    name: Text


class AdditionalCost(msgspec.Struct):
    """The price of an additional cost."""

    price: Decimal


class CartItem(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A line of the cart; the server fills in the fields after ``additional_costs``."""

    name: Text | None = None
    sku: Annotated[str, Meta(min_length=1, max_length=limits.TEXT_LENGTH_MAX)]
    quantity: Annotated[int, Meta(ge=1, le=2**31)]
    price: Decimal | None = None
    category: Text | None = None
    product: Product | None = None
    weight: Decimal | None = None
    height: Decimal | None = None
    width: Decimal | None = None
    length: Decimal | None = None
    attributes: dict[str, Any] | None = None
    additional_costs: dict[str, AdditionalCost] | None = None
    position: int | None = None
    returned_quantity: int | None = None
    remaining_quantity: int | None = None


class VariantAllocation(msgspec.Struct):
    """A customer's variant in an experiment, fixed by the client."""

    experiment_id: int = msgspec.field(name="experimentID")
    variant_id: int = msgspec.field(name="variantID")


class NewCustomerSession(msgspec.Struct, kw_only=True, rename="camel"):
    """The fields that a client sends; None means not sent, and the stored value stays."""

    profile_id: Annotated[str, Meta(max_length=limits.INTEGRATION_ID_LENGTH_MAX)] | None = None
    store_integration_id: Identifier | None = None
    evaluable_campaign_ids: Annotated[list[int], Meta(max_length=limits.EVALUABLE_CAMPAIGNS_MAX)] | None = (
        None
    )
    coupon_codes: (
        Annotated[
            list[Annotated[str, Meta(max_length=limits.COUPON_CODE_LENGTH_MAX)]],
            Meta(max_length=limits.COUPON_CODES_MAX),
        ]
        | None
    ) = None
    referral_code: Annotated[str, Meta(max_length=limits.REFERRAL_CODE_LENGTH_MAX)] | None = None
    loyalty_cards: Annotated[list[Text], Meta(max_length=limits.LOYALTY_CARDS_MAX)] | None = None
    state: State = "open"
    cart_items: Annotated[list[CartItem], Meta(max_length=limits.CART_LINES_MAX)] | None = None
    experiment_variant_allocations: (
        Annotated[list[VariantAllocation], Meta(max_length=limits.VARIANT_ALLOCATIONS_MAX)] | None
    ) = None
    additional_costs: (
        Annotated[dict[str, AdditionalCost], Meta(max_length=limits.ADDITIONAL_COSTS_MAX)] | None
    ) = None
    identifiers: Annotated[list[Text], Meta(max_length=limits.IDENTIFIERS_MAX)] | None = None
    attributes: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Normalise codes: strip white space, compose to NFC."""
        if self.coupon_codes:
            self.coupon_codes = [clean_code(code) for code in self.coupon_codes]
        if self.referral_code:
            self.referral_code = clean_code(self.referral_code)


class IntegrationRequest(msgspec.Struct, kw_only=True, rename="camel"):
    """The body of a session update."""

    customer_session: NewCustomerSession
    response_content: list[ResponseContent] = []


class CustomerSession(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """The session as answered. An empty list of codes is left out, an empty referral is ``""``."""

    id: int
    created: datetime
    integration_id: str
    application_id: int
    profile_id: str
    store_integration_id: str | None = None
    coupon_codes: list[str] | None = None
    referral_code: str
    loyalty_cards: msgspec.Raw | None = None
    state: str
    cart_items: msgspec.Raw
    experiment_variant_allocations: msgspec.Raw | None = None
    additional_costs: msgspec.Raw | None = None
    identifiers: msgspec.Raw | None = None
    attributes: msgspec.Raw
    first_session: bool
    update_count: int
    total: Decimal
    cart_item_total: Decimal
    additional_cost_total: Decimal
    cart_item_additional_cost_total: Decimal
    updated: datetime
