"""Effects about coupon codes (integration.md 3.3)."""

from __future__ import annotations

from typing import ClassVar

from tercel.effects.props import Props


class AcceptCoupon(Props, gc=False):
    """The code is valid and its rule succeeded; it is redeemed when the session closes."""

    effect_type: ClassVar[str] = "acceptCoupon"
    value: str


class RejectCoupon(Props, gc=False):
    """The code was sent and not accepted; ``rejection_reason`` is one of the thirteen of integration.md 4.4."""

    effect_type: ClassVar[str] = "rejectCoupon"
    value: str
    rejection_reason: str
    condition_index: int | None = None
    effect_index: int | None = None
    details: str | None = None
    campaign_exclusion_reason: str | None = None


class CouponCreated(Props, gc=False):
    """A rule created a coupon for the profile with that integration id."""

    effect_type: ClassVar[str] = "couponCreated"
    value: str
    profile_id: str


class ReserveCoupon(Props, gc=False):
    """The coupon in scope is reserved for the profile; it may have been before."""

    effect_type: ClassVar[str] = "reserveCoupon"
    coupon_value: str
    profile_integration_id: str
    is_new_reservation: bool
