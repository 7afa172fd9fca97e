"""Tests of a coupon or referral before any rule runs (behaviour/codes 5, 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tercel.evaluation.program.program import CompiledCampaign
from tercel.evaluation.snapshot import CouponFacts, ReferralFacts, Snapshot
from tercel.evaluation.state.budgets import Counter

NOT_IN_SET = "CampaignNotInEvaluationSet"


class Verdict(NamedTuple):
    """Reason for refusing a code; ``exclusion`` is its campaignExclusionReason, when the evaluation tree left the campaign out."""

    reason: str
    exclusion: str | None = None


def campaign_verdict(kind: str, campaign: CompiledCampaign | None, snapshot: Snapshot) -> Verdict | None:
    """Return why codes of a campaign are refused, or None; ``kind`` is ``Coupon`` or ``Referral``."""
    if campaign is None or campaign.facts.state == "archived" or not is_in_set(campaign, snapshot):
        return Verdict(f"{kind}PartOfNotTriggeredCampaign", NOT_IN_SET)
    if not is_running(campaign, snapshot):
        return Verdict(f"{kind}PartOfNotRunningCampaign")
    if not campaign.is_linked_to(store_id(snapshot)):
        return Verdict(f"{kind}PartOfNotTriggeredCampaign", NOT_IN_SET)
    return None


def is_in_set(campaign: CompiledCampaign, snapshot: Snapshot) -> bool:
    """Tell whether the request lets the campaign take part."""
    chosen = snapshot.evaluable_campaign_ids
    return chosen is None or campaign.facts.id in chosen


def is_running(campaign: CompiledCampaign, snapshot: Snapshot) -> bool:
    """Tell whether the campaign runs now; a dry request that names its campaigns runs disabled ones too."""
    if snapshot.evaluable_campaign_ids is not None and campaign.facts.state != "archived":
        return campaign.is_scheduled(snapshot.now)
    return campaign.is_running(snapshot.now)


def store_id(snapshot: Snapshot) -> int | None:
    """Return the id of the store that the request names, or None."""
    return snapshot.store.id if snapshot.store else None


def coupon_verdict(
    coupon: CouponFacts,
    snapshot: Snapshot,
    redemptions: tuple[Counter, ...],
    is_used_up: Callable[[Counter], bool],
) -> Verdict | None:
    """Return why a coupon is refused before rules run, or None; the tests are in the order of behaviour/codes 5.

    ``redemptions`` are the counters of ``redeemCoupon``.
    """
    reason = _wrong_time("Coupon", coupon.start_date, coupon.expiry_date, snapshot.now)
    if reason is None:
        reason = _wrong_holder(coupon, snapshot, redemptions) or _used_up(coupon, redemptions, is_used_up)
    return None if reason is None else Verdict(reason)


def _wrong_time(kind: str, start: datetime | None, expiry: datetime | None, now: datetime) -> str | None:
    if start is not None and start > now:
        return f"{kind}StartDateInFuture"
    if expiry is not None and expiry <= now:
        return f"{kind}Expired"
    return None


def _wrong_holder(coupon: CouponFacts, snapshot: Snapshot, redemptions: tuple[Counter, ...]) -> str | None:
    profile = snapshot.profile
    recipient = coupon.recipient_integration_id
    if recipient and (profile is None or profile.integration_id != recipient):
        return "CouponRecipientDoesNotMatch"
    is_per_profile = any(counter.key is None for counter in redemptions)
    if profile is None and (coupon.is_reservation_mandatory or is_per_profile):
        return "ProfileRequired"
    is_reserved = coupon.has_reservation or coupon.is_implicitly_reserved
    return "CouponReservationRequired" if coupon.is_reservation_mandatory and not is_reserved else None


def _used_up(
    coupon: CouponFacts, redemptions: tuple[Counter, ...], is_used_up: Callable[[Counter], bool]
) -> str | None:
    if coupon.usage_limit and coupon.usage_counter >= coupon.usage_limit:
        return "CouponLimitReached"
    exhausted = [counter for counter in redemptions if is_used_up(counter)]
    if any(counter.entities == {"Coupon"} for counter in exhausted):
        return "CouponLimitReached"
    return _limit_reason(exhausted)


def _limit_reason(exhausted: list[Counter]) -> str | None:
    if any("Profile" in counter.entities for counter in exhausted):
        return "ProfileLimitReached"
    return "CampaignLimitReached" if exhausted else None


def referral_verdict(
    referral: ReferralFacts,
    snapshot: Snapshot,
    redemptions: tuple[Counter, ...],
    is_used_up: Callable[[Counter], bool],
) -> Verdict | None:
    """Return why a referral is refused before rules run, or None; the tests are in the order of behaviour/codes 9."""
    reason = _wrong_time("Referral", referral.start_date, referral.expiry_date, snapshot.now)
    if reason is None:
        reason = _wrong_friend(referral, snapshot)
    if reason is None and referral.usage_limit and referral.usage_counter >= referral.usage_limit:
        reason = "ReferralLimitReached"
    if reason is None:
        exhausted = [counter for counter in redemptions if is_used_up(counter)]
        is_own = any(counter.entities == {"Referral"} for counter in exhausted)
        reason = "ReferralLimitReached" if is_own else _limit_reason(exhausted)
    return None if reason is None else Verdict(reason)


def _wrong_friend(referral: ReferralFacts, snapshot: Snapshot) -> str | None:
    if referral.advocate is None:
        return "AdvocateNotFound"
    friend = snapshot.profile.integration_id if snapshot.profile else None
    if friend is not None and friend == referral.advocate_integration_id:
        return "ReferralRecipientIdSameAsAdvocate"
    if referral.friend_integration_id and referral.friend_integration_id != friend:
        return "ReferralRecipientDoesNotMatch"
    return "ReferralCustomerAlreadyReferred" if referral.is_already_referred else None
