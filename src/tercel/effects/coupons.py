"""Effects about coupon codes (behaviour/effects 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tercel.effects.props import Props
from tercel.language.catalogue.budgets import CREATED_COUPONS, REDEEMED_COUPONS, RESERVED_COUPONS


class AcceptCoupon(Props, gc=False):
    """The code is valid and its rule succeeded; it is redeemed when the session closes."""

    effect_type: ClassVar[str] = "acceptCoupon"
    action: ClassVar[str] = REDEEMED_COUPONS.action
    shop: ClassVar[str] = "Show the code as accepted. It is used up when the session closes."
    value: str

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> RollbackCoupon:
        """Return the effect that makes the code usable again."""
        return RollbackCoupon(props["value"])


class RejectCoupon(Props, gc=False):
    """The code was sent and not accepted; ``rejection_reason`` says why in one word, ``details`` in a sentence."""

    effect_type: ClassVar[str] = "rejectCoupon"
    shop: ClassVar[str] = (
        "Show why: see [codes](codes.md). Leave the code out of the next request if the customer gives up; "
        "while it is sent, it is tried."
    )
    value: str
    rejection_reason: str
    condition_index: int | None = None
    effect_index: int | None = None
    details: str | None = None
    campaign_exclusion_reason: str | None = None


class CouponCreated(Props, gc=False):
    """A rule created a coupon for the profile with that integration id."""

    effect_type: ClassVar[str] = "couponCreated"
    action: ClassVar[str] = CREATED_COUPONS.action
    shop: ClassVar[str] = "Show or send the code to its owner. It exists since the session closed."
    value: str
    profile_id: str


class ReserveCoupon(Props, gc=False):
    """The coupon in scope is reserved for the profile; it may have been before."""

    effect_type: ClassVar[str] = "reserveCoupon"
    action: ClassVar[str] = RESERVED_COUPONS.action
    shop: ClassVar[str] = "Show the code in the customer's wallet."
    coupon_value: str
    profile_integration_id: str
    is_new_reservation: bool


class RollbackCoupon(Props, gc=False):
    """A redemption is undone; the code is usable again."""

    effect_type: ClassVar[str] = "rollbackCoupon"
    shop: ClassVar[str] = "Show the code as usable again."
    value: str
