"""Conditions on coupons."""

from __future__ import annotations

from tercel.language.catalogue.catalogue import Family
from tercel.language.values.kinds import BOOLEAN

FAMILY = Family("Coupons")

FAMILY.hosted(
    "couponValid",
    "redeem:boolean?",
    BOOLEAN,
    doc="Tell whether the coupon in scope can be used now by this profile. Unless `redeem` is false, the rule also redeems "
    "it.",
    phrases="the coupon code is valid|the coupon code is not valid",
    blocks="checkCoupon redeem:flag?true",
)
FAMILY.hosted(
    "couponCanBeCreated",
    "",
    BOOLEAN,
    doc="Tell whether the campaign's budget for created coupons has something left.",
    phrases="a coupon code can be created|no coupon code can be created",
)
