"""Coupons as the wire knows them (behaviour/codes 1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base import limits
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings
from tercel.features.codes.library.checks import Instant, UsageLimit
from tercel.features.common.limits import LimitConfig

ProfileIntegrationId = Annotated[str, Meta(max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
Recipient = Annotated[str, Meta(min_length=1, max_length=limits.INTEGRATION_ID_LENGTH_MAX)]
Attributes = dict[str, Any]


class CouponConstraints(msgspec.Struct, kw_only=True, rename="camel"):
    """How much a coupon is worth and when."""

    usage_limit: UsageLimit | None = None
    discount_limit: Decimal | None = None
    reservation_limit: UsageLimit | None = None
    start_date: Instant | None = None
    expiry_date: Instant | None = None


class NewCoupons(CouponConstraints, kw_only=True, rename="camel"):
    """A batch of coupons with the same settings. Support requests are accepted and have no effect."""

    usage_limit: UsageLimit
    number_of_coupons: Annotated[int, Meta(ge=1)]
    unique_prefix: Annotated[str, Meta(max_length=limits.COUPON_PATTERN_LENGTH_MAX)] | None = None
    attributes: Attributes | None = None
    recipient_integration_id: ProfileIntegrationId | None = None
    valid_characters: list[str] | None = None
    coupon_pattern: str | None = None
    is_reservation_mandatory: bool = False
    implicitly_reserved: bool | None = None
    limits: list[LimitConfig] | None = None
    support_request_id: int | None = None
    support_request_note: str | None = None


class NewCouponsForMultipleRecipients(CouponConstraints, kw_only=True, rename="camel"):
    """One coupon for each of many recipients."""

    usage_limit: UsageLimit
    recipients_integration_ids: Annotated[
        list[Recipient], Meta(min_length=1, max_length=limits.RECIPIENTS_PER_CALL_MAX)
    ]
    attributes: Attributes | None = None
    valid_characters: list[str] | None = None
    coupon_pattern: str | None = None


class NewCouponCreationJob(CouponConstraints, kw_only=True, rename="camel"):
    """Many coupons with the same settings, made in the background."""

    usage_limit: UsageLimit
    number_of_coupons: Annotated[int, Meta(ge=1, le=limits.COUPONS_PER_JOB_MAX)]
    coupon_settings: CodeGeneratorSettings | None = None
    attributes: Attributes
    is_reservation_mandatory: bool = False


class AsyncCouponCreationResponse(msgspec.Struct, rename="camel"):
    """The batch that the coupons of a job will be."""

    batch_id: str


class AsyncCouponDeletionJobResponse(msgspec.Struct):
    """The job that deletes."""

    id: int


class UpdateCoupon(CouponConstraints, kw_only=True, rename="camel"):
    """A change of one coupon. Absent dates and an absent recipient are removed; what else is absent stays."""

    attributes: Attributes | None = None
    recipient_integration_id: ProfileIntegrationId | None = None
    is_reservation_mandatory: bool | None = None
    implicitly_reserved: bool | None = None
    limits: list[LimitConfig] | None = None


class UpdateCouponBatch(CouponConstraints, kw_only=True, rename="camel"):
    """A change of the coupons of a batch, or of a whole campaign. Absent dates are removed."""

    attributes: Attributes | None = None
    batch_id: str | None = msgspec.field(default=None, name="batchID")


class Coupon(msgspec.Struct, kw_only=True, rename="camel"):
    """A coupon as answered. ``discount_remainder`` is what is left of ``discount_limit``."""

    id: int
    created: datetime
    campaign_id: int
    value: str
    usage_limit: int
    discount_limit: Decimal | UnsetType = UNSET
    reservation_limit: int | UnsetType = UNSET
    start_date: datetime | UnsetType = UNSET
    expiry_date: datetime | UnsetType = UNSET
    limits: list[Any] | UnsetType = UNSET
    usage_counter: int
    discount_counter: Decimal
    discount_remainder: Decimal | UnsetType = UNSET
    reservation_counter: int
    attributes: Attributes
    referral_id: int | UnsetType = UNSET
    recipient_integration_id: str | UnsetType = UNSET
    import_id: int | UnsetType = UNSET
    reservation: bool
    batch_id: str | UnsetType = UNSET
    is_reservation_mandatory: bool
    implicitly_reserved: bool


class CouponValue(msgspec.Struct):
    """A coupon in a list of codes only."""

    value: str
