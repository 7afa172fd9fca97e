"""Applications on the wire (behaviour/campaigns 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base.limits import NAME_LENGTH_MAX, TEXT_LENGTH_MAX
from tercel.features.common.limits import LimitConfig

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
Words = Annotated[str, Meta(max_length=TEXT_LENGTH_MAX)]
Code = Annotated[str, Meta(min_length=1, max_length=100)]
CaseSensitivity = Literal["sensitive", "insensitive-uppercase", "insensitive-lowercase"]
DiscountScope = Literal["sessionTotal", "cartItems", "additionalCosts"]
ItemScope = Literal["price", "itemTotal", "additionalCosts"]


class AttributesMandatory(msgspec.Struct):
    """Names of attributes that must have a value."""

    campaigns: list[str] = []
    coupons: list[str] = []


class AttributesSettings(msgspec.Struct):
    """Rules about attributes."""

    mandatory: AttributesMandatory = msgspec.field(default_factory=AttributesMandatory)


class NewApplication(msgspec.Struct, rename="camel", kw_only=True):
    """What is needed for a new application. ``key`` of older clients is accepted and ignored.

    ``capDiscounts`` is a setting of Tercel's own: on, no discount is larger than what is left to discount.
    """

    name: Name
    description: Words | None = None
    timezone: Code
    currency: Code
    case_sensitivity: CaseSensitivity = "sensitive"
    attributes: dict[str, Any] = {}
    limits: list[LimitConfig] = []
    default_discount_scope: DiscountScope = "sessionTotal"
    default_discount_additional_cost_per_item_scope: ItemScope = "price"
    enable_cascading_discounts: bool = False
    enable_flattened_cart_items: bool = True
    enable_partial_discounts: bool = False
    enable_campaign_state_management: bool = False
    attributes_settings: AttributesSettings = msgspec.field(default_factory=AttributesSettings)
    sandbox: bool = False
    cap_discounts: bool = False
    key: Annotated[str, Meta(pattern="^[a-fA-F0-9]{16}$")] | None = None


class UpdateApplication(msgspec.Struct, rename="camel", kw_only=True):
    """A change of an application. What is left out stays as it is."""

    name: Name
    description: Words | UnsetType = UNSET
    timezone: Code
    currency: Code
    case_sensitivity: CaseSensitivity | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    limits: list[LimitConfig] | UnsetType = UNSET
    default_discount_scope: DiscountScope | UnsetType = UNSET
    default_discount_additional_cost_per_item_scope: ItemScope | UnsetType = UNSET
    enable_cascading_discounts: bool | UnsetType = UNSET
    enable_flattened_cart_items: bool | UnsetType = UNSET
    enable_partial_discounts: bool | UnsetType = UNSET
    enable_campaign_state_management: bool | UnsetType = UNSET
    attributes_settings: AttributesSettings | UnsetType = UNSET
    sandbox: bool | UnsetType = UNSET
    default_evaluation_group_id: int | UnsetType = UNSET
    cap_discounts: bool | UnsetType = UNSET


class Application(msgspec.Struct, rename="camel", kw_only=True):
    """An application."""

    id: int
    created: datetime
    modified: datetime
    account_id: int
    name: str
    description: str
    timezone: str
    currency: str
    case_sensitivity: str
    attributes: dict[str, Any]
    limits: list[LimitConfig]
    default_discount_scope: str
    default_discount_additional_cost_per_item_scope: str
    enable_cascading_discounts: bool
    enable_flattened_cart_items: bool
    enable_partial_discounts: bool
    enable_campaign_state_management: bool
    attributes_settings: AttributesSettings
    sandbox: bool
    default_evaluation_group_id: int | UnsetType = UNSET
    default_cart_item_filter_id: int | UnsetType = UNSET
    loyalty_programs: list[Any] = []
    cap_discounts: bool
