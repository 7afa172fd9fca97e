"""Effects about referral codes (behaviour/effects 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tercel.effects.props import Props
from tercel.language.catalogue.budgets import CREATED_REFERRALS, REDEEMED_REFERRALS


class AcceptReferral(Props, gc=False):
    """The referral is valid and its rule succeeded; it is redeemed when the session closes."""

    effect_type: ClassVar[str] = "acceptReferral"
    action: ClassVar[str] = REDEEMED_REFERRALS.action
    shop: ClassVar[str] = "Show the referral as accepted."
    value: str

    @staticmethod
    def rollback(props: Mapping[str, Any], profile: str) -> RollbackReferral:
        """Return the effect that makes the code usable again."""
        return RollbackReferral(props["value"])


class RejectReferral(Props, gc=False):
    """The referral code was sent and not accepted; ``rejection_reason`` says why in one word."""

    effect_type: ClassVar[str] = "rejectReferral"
    shop: ClassVar[str] = "Show why: see [codes](codes.md)."
    value: str
    rejection_reason: str
    condition_index: int | None = None
    effect_index: int | None = None
    details: str | None = None
    campaign_exclusion_reason: str | None = None


class RedeemReferral(Props, gc=False):
    """Superseded by ``acceptReferral``; read from stored effects, never emitted."""

    effect_type: ClassVar[str] = "redeemReferral"
    shop: ClassVar[str] = "Nothing: only old sessions have it."
    id: int
    value: str


class ReferralCreated(Props, gc=False):
    """A rule created a referral code."""

    effect_type: ClassVar[str] = "referralCreated"
    action: ClassVar[str] = CREATED_REFERRALS.action
    shop: ClassVar[str] = "Show the code to the customer, to be passed on."
    value: str


class RollbackReferral(Props, gc=False):
    """The redemption of a referral is undone."""

    effect_type: ClassVar[str] = "rollbackReferral"
    shop: ClassVar[str] = "Nothing."
    value: str
