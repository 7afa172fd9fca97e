"""Why a code is refused, in the order in which it is asked: the first reason that holds is told.

What the reasons rest on is not all read at the same moment. So while others use the code, a reason may be told that holds although
one that comes before it holds by now as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.attack.gift import Run
from tests.attack.meters import Asker, Bound, usage_limit, used
from tests.attack.offer import Code, Offer, Referral


def is_met(offer: Offer, asker: Asker) -> bool:
    """The condition of the rule on the customer; without one there are no figures to compare."""
    if offer.first_by in ("", "flag"):
        return not offer.first_by or asker.is_first
    bought = asker.closed if offer.first_by == "closed" else asker.sales
    return asker.profile is not None and not bought


def coupon_reasons(run: Run, code: Code) -> Iterator[str]:
    """Why a coupon cannot be used, before its effects are tried."""
    if not run.world.get(("running",), True):
        yield "CouponPartOfNotRunningCampaign"
    if run.world.get(("expired", code.value), False):
        yield "CouponExpired"
    redemptions = run.bounds("redeemCoupon", code)
    if any(bound.meter is None for bound in redemptions):
        yield "ProfileRequired"
    limit = usage_limit(run.world, code)
    spent = _spent(run, redemptions)
    if (limit and used(run.world, ("code", code.value)) >= limit) or ("Coupon",) in spent:
        yield "CouponLimitReached"
    if any("Profile" in entities for entities in spent):
        yield "ProfileLimitReached"
    if spent:
        yield "CampaignLimitReached"
    if not is_met(run.offer, run.asker):
        yield "CouponRejectedByCondition"


def referral_reasons(run: Run, referral: Referral) -> Iterator[str]:
    """Why the code of an advocate cannot be used, before its effects are tried."""
    if run.asker.profile is not None and used(run.world, ("referred", run.asker.profile)):
        yield "ReferralCustomerAlreadyReferred"
    if referral.usage_limit and used(run.world, ("referral", referral.code)) >= referral.usage_limit:
        yield "ReferralLimitReached"
    if _spent(run, run.bounds("redeemReferral", None)):
        yield "CampaignLimitReached"
    if not is_met(run.offer, run.asker):
        yield "ReferralRejectedByCondition"


def _spent(run: Run, bounds: list[Bound]) -> list[tuple[str, ...]]:
    """What the limits that are used up count by."""
    return [bound.entities for bound in bounds if run.left(bound) < 1]
