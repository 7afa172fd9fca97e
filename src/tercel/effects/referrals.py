"""Effects about referral codes (integration.md 3.3)."""

from __future__ import annotations

from typing import ClassVar

from tercel.effects.props import Props


class AcceptReferral(Props, gc=False):
    """The referral is valid and its rule succeeded; it is redeemed when the session closes."""

    effect_type: ClassVar[str] = "acceptReferral"
    value: str


class RejectReferral(Props, gc=False):
    """The referral code was sent and not accepted."""

    effect_type: ClassVar[str] = "rejectReferral"
    value: str
    rejection_reason: str
    condition_index: int | None = None
    effect_index: int | None = None
    details: str | None = None
    campaign_exclusion_reason: str | None = None


class RedeemReferral(Props, gc=False):
    """Superseded by ``acceptReferral``; read from stored effects, never emitted."""

    effect_type: ClassVar[str] = "redeemReferral"
    id: int
    value: str


class ReferralCreated(Props, gc=False):
    """A rule created a referral code."""

    effect_type: ClassVar[str] = "referralCreated"
    value: str
