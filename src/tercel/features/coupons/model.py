"""Coupons as the wire knows them (management.md 4.1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base import limits
from tercel.features.campaigns.model import CampaignState, CodeGeneratorSettings
from tercel.features.codes.checks import Instant, UsageLimit
from tercel.features.codes.filters import Validity, YesNo
from tercel.features.common.ids import Id
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


class CouponDeletionFilters(msgspec.Struct, kw_only=True, rename="camel"):
    """Which coupons a job deletes: the filters of lists, as a body spells them."""

    value: str | None = None
    exact_match: bool = False
    created_before: Instant | None = None
    created_after: Instant | None = None
    starts_before: Instant | None = None
    starts_after: Instant | None = None
    expires_before: Instant | None = None
    expires_after: Instant | None = None
    valid: Validity | None = None
    usable: bool | None = None
    redeemed: bool | None = None
    referral_id: Id | None = None
    recipient_integration_id: str | None = None
    batch_id: str | None = None


class NewCouponDeletionJob(msgspec.Struct):
    """Coupons to delete in the background: all of the campaign when no filter is given."""

    filters: CouponDeletionFilters


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


class CouponSearch(msgspec.Struct):
    """Attributes that the coupons found must all have, with these values."""

    attributes: Attributes = {}


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


class CouponFilter(msgspec.Struct, kw_only=True, rename="camel"):
    """Which coupons to list or delete (management.md 4.4)."""

    value: str | None = None
    exact_match: bool = False
    created_before: datetime | None = None
    created_after: datetime | None = None
    starts_before: datetime | None = None
    starts_after: datetime | None = None
    expires_before: datetime | None = None
    expires_after: datetime | None = None
    valid: Validity | None = None
    usable: YesNo | None = None
    redeemed: YesNo | None = None
    referral_id: Id | None = None
    recipient_integration_id: str | None = None
    batch_id: str | None = None
    campaign_state: CampaignState | Literal["draft"] | None = None
