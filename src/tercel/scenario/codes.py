"""Coupons, referrals and budgets of a case, with what they have used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from tercel.base.keys import clean_code, fold_code
from tercel.evaluation.snapshot import (
    CounterKey,
    CouponFacts,
    LimitFacts,
    ProfileFacts,
    ReferralFacts,
    Snapshot,
)
from tercel.evaluation.state.budgets import Holder, counters, place_of
from tercel.scenario.calls import calls
from tercel.scenario.cases import Case
from tercel.scenario.session import read_attributes, read_time


def read_coupons(case: Case) -> dict[str, CouponFacts | None]:
    """Return the coupons of the codes sent, None for an unknown code."""
    sensitivity = (case.context.get("application") or {}).get("caseSensitivity", "sensitive")

    known = {
        fold_code(data["code"], sensitivity): _coupon(data, number)
        for number, campaign in enumerate(case.campaigns, 1)
        for data in campaign.get("coupons") or []
    }
    sent = map(clean_code, case.session.get("couponCodes") or [])
    return {code: known.get(fold_code(code, sensitivity)) for code in sent}


def _coupon(data: Mapping[str, Any], campaign_id: int) -> CouponFacts:
    limit = data.get("discountLimit")
    return CouponFacts(
        id=int(data["id"]),
        campaign_id=campaign_id,
        value=data["code"],
        usage_limit=int(data.get("usageLimit", 0)),
        usage_counter=int(data.get("usageCounter", 0)),
        discount_limit=None if limit is None else Decimal(limit),
        discount_counter=Decimal(data.get("discountCounter", 0)),
        reservation_limit=data.get("reservationLimit"),
        reservation_counter=int(data.get("reservationCounter", 0)),
        start_date=read_time(data.get("startDate")),
        expiry_date=read_time(data.get("expiryDate")),
        recipient_integration_id=data.get("recipientIntegrationId"),
        batch_id=data.get("batchId"),
        attributes=read_attributes(data.get("attributes")),
        limits=tuple(read_limit(each) for each in data.get("limits") or ()),
        is_reservation_mandatory=bool(data.get("isReservationMandatory")),
        is_implicitly_reserved=bool(data.get("implicitlyReserved")),
        has_reservation=bool(data.get("isReserved")),
    )


def read_referral(case: Case, now: datetime) -> ReferralFacts | None:
    """Return the referral of the code sent, or None."""
    code = clean_code(case.session.get("referralCode") or "")
    for number, data in enumerate(case.context.get("referrals") or [], 1):
        if clean_code(data["code"]) == code:
            return _read_referral(data, number, _referring_campaign(case, data), now)
    return None


def _referring_campaign(case: Case, data: Mapping[str, Any]) -> int:
    """Return the id of the campaign that a referral belongs to: the one it names by index, else the first whose rules
    ask for a referral."""
    if "campaign" in data:
        return int(data["campaign"]) + 1
    asking = [
        number
        for number, campaign in enumerate(case.campaigns, 1)
        if any(call[0] == "referralValid" for call in calls(campaign.get("ruleset")))
    ]
    return asking[0] if asking else 1


def _read_referral(data: Mapping[str, Any], number: int, campaign_id: int, now: datetime) -> ReferralFacts:
    advocate = data.get("advocate") or data.get("advocateIntegrationId")
    profile = None
    if advocate:
        attributes = read_attributes(data.get("advocateAttributes"))
        profile = ProfileFacts(id=1000, integration_id=advocate, attributes=attributes, created=now)
    return ReferralFacts(
        id=int(data.get("id", number)),
        campaign_id=campaign_id,
        code=data["code"],
        usage_limit=int(data.get("usageLimit", 0)),
        usage_counter=int(data.get("usageCounter", 0)),
        start_date=read_time(data.get("startDate")),
        expiry_date=read_time(data.get("expiryDate")),
        advocate_integration_id=advocate or "",
        friend_integration_id=data.get("friend") or data.get("friendIntegrationId"),
        attributes=read_attributes(data.get("attributes")),
        advocate=profile,
        is_already_referred=bool(data.get("isAlreadyReferred")),
    )


def read_counters(case: Case, bare: Snapshot, zone: tzinfo) -> dict[CounterKey, Decimal]:
    """Return what budgets have used: ``counter`` beside a limit, for every counter that the limit means here."""
    used: dict[CounterKey, Decimal] = {}
    place = place_of(bare)
    for number, data in enumerate(case.campaigns, 1):
        limits = [*(data.get("limits") or []), *context_limits(case.context, number)]
        found = [coupon for coupon in bare.coupons.values() if coupon and coupon.campaign_id == number]
        ids: list[int | None] = [coupon.id for coupon in found] or [None]
        referral_id = None if bare.referral is None else bare.referral.id
        for limit in limits:
            facts = read_limit(limit)
            for coupon_id in ids:
                holder = Holder(number, {facts.action: (facts,)}, coupon_id, referral_id)
                for counter in counters(holder, facts.action, place, zone):
                    if counter.key is not None:
                        used[counter.key] = Decimal(limit.get("counter", 0))
    return used


def context_limits(context: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    """``discountBudget`` of the context is a budget of the first campaign."""
    budget = context.get("discountBudget")
    return [] if budget is None or number != 1 else [{"action": "setDiscount", **budget}]


def read_limit(data: Mapping[str, Any]) -> LimitFacts:
    """Read a LimitConfig."""
    return LimitFacts(
        action=data["action"],
        limit=Decimal(data["limit"]),
        period=data.get("period"),
        entities=tuple(data.get("entities") or ()),
    )
