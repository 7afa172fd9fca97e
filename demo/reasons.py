"""Why coupons were refused, in plain words."""

from __future__ import annotations

from demo.promotions import LARGE_CAMPAIGN_BUDGET, UNMET_CONDITIONS
from demo.tally import Reason

_WORDS = {
    "CampaignLimitReached": f"the campaign had redeemed all of its {LARGE_CAMPAIGN_BUDGET} coupons",
    "ProfileLimitReached": "the household had used this coupon before",
    "CouponPartOfNotRunningCampaign": "the campaign was not running",
    "CouponNotFound": "there is no such code",
    "EffectCouldNotBeApplied": "the discount could not be granted",
}


def explain(reason: Reason) -> str:
    """Put a reason into words; a reason without words of its own keeps its name."""
    if reason.name == "CouponRejectedByCondition" and reason.condition is not None:
        return UNMET_CONDITIONS[reason.condition]
    return _WORDS.get(reason.name, reason.name)
