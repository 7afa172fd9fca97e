"""Budgets as configured on applications, campaigns and coupons (behaviour/budgets 1)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from tercel.base.errors import Problem
from tercel.base.limits import DISCOUNT_LIMIT_MAX, LIMITS_PER_CAMPAIGN_MAX

LimitAction = Literal[
    "redeemCoupon",
    "redeemReferral",
    "setDiscount",
    "setDiscountEffect",
    "createCoupon",
    "createReferral",
    "createLoyaltyPoints",
    "createLoyaltyPointsEffect",
    "redeemLoyaltyPoints",
    "redeemLoyaltyPointsEffect",
    "customEffect",
    "callApi",
    "awardGiveaway",
    "addFreeItemEffect",
    "reserveCoupon",
]
LimitPeriod = Literal["daily", "weekly", "monthly", "yearly"]
LimitEntity = Literal["Coupon", "Referral", "Profile", "Identifier", "Store", "Session"]


class LimitConfig(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How much of an action is allowed: in all or per period, over the whole campaign or per combination of entities."""

    action: LimitAction
    limit: Decimal
    period: LimitPeriod | None = None
    entities: list[LimitEntity]


def check_limits(limits: Sequence[LimitConfig], pointer: str = "/limits") -> list[Problem]:
    """Return every problem with a list of budgets: too many, out of range, duplicates."""
    if len(limits) > LIMITS_PER_CAMPAIGN_MAX:
        details = f"there may be at most {LIMITS_PER_CAMPAIGN_MAX} limits"
        return [Problem(title="maxItems", details=details, pointer=pointer)]
    problems = []
    seen = set()
    for index, limit in enumerate(limits):
        at = f"{pointer}/{index}"
        if not 0 <= limit.limit <= DISCOUNT_LIMIT_MAX:
            details = f"limit must be between 0 and {DISCOUNT_LIMIT_MAX:f}"
            problems.append(Problem(title="minimum", details=details, pointer=f"{at}/limit"))
        entities = frozenset(limit.entities)
        if len(entities) != len(limit.entities):
            details = "an entity may be named only once"
            problems.append(Problem(title="uniqueItems", details=details, pointer=f"{at}/entities"))
        key = (limit.action, limit.period, entities)
        if key in seen:
            details = "there is already a limit for the same action, period and entities"
            problems.append(Problem(title="duplicate", details=details, pointer=at))
        seen.add(key)
    return problems
