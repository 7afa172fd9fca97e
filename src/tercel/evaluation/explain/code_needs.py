"""Needs of a code: the missing code, or what a code that was sent still waits for (behaviour/codes 4, 9)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tercel.evaluation.explain.site import Site
from tercel.evaluation.explain.time_needs import until
from tercel.evaluation.explanation import Need
from tercel.language.tree import Call, Node

# Reasons that another code of the same campaign would not have.
_OWN_FAULTS = {
    "CouponExpired": "`{0}` has expired",
    "CouponLimitReached": "`{0}` is used up",
    "CouponRecipientDoesNotMatch": "`{0}` belongs to another customer",
    "ReferralExpired": "`{0}` has expired",
    "ReferralLimitReached": "`{0}` is used up",
    "ReferralRecipientDoesNotMatch": "`{0}` is meant for another customer",
    "ReferralRecipientIdSameAsAdvocate": "`{0}` is the customer's own",
    "AdvocateNotFound": "the advocate of `{0}` is gone",
}


def code_need(site: Site, node: Node) -> Need | None:
    """Return the code that makes a failing condition true; None where a code does not help."""
    desk = site.desk
    match node:
        case Call(name="couponValid"):
            coupon = desk.coupon
            if coupon is None:
                return _missing("coupon")
            verdict = desk.coupon_verdict
            facts = coupon.facts
            return verdict and _refused(site, "coupon", verdict.reason, facts.value, facts.start_date)
        case Call(name="referralValid"):
            referral = desk.referral
            if referral is None:
                return _missing("referral")
            verdict = desk.referral_verdict
            return verdict and _refused(
                site, "referral", verdict.reason, referral.facts.code, referral.facts.start_date
            )
    return None


def _missing(kind: Literal["coupon", "referral"]) -> Need:
    return Need(kind="code", sentence=f"enter a {kind} code of the campaign", code_kind=kind)


def _refused(
    site: Site, kind: Literal["coupon", "referral"], reason: str, code: str, start: datetime | None
) -> Need | None:
    if reason.endswith("StartDateInFuture") and start is not None:
        return until(site, start, f"the {kind} code `{code}` can be used")
    if reason == "ProfileRequired":
        return Need(kind="profile", sentence=f"identify the customer: the {kind} code `{code}` needs one")
    fault = _OWN_FAULTS.get(reason)
    if fault is None:
        return None
    return Need(
        kind="code",
        sentence=f"enter another {kind} code of the campaign: {fault.format(code)}",
        code_kind=kind,
    )
