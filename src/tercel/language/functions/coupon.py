"""Conditions on coupons."""

from __future__ import annotations

from tercel.language.catalogue import Family
from tercel.language.functions._product import host_of
from tercel.language.kinds import BOOLEAN
from tercel.language.run import Run

FAMILY = Family("Coupons")


@FAMILY.define(
    "couponValid",
    "redeem:boolean?",
    BOOLEAN,
)
def coupon_valid(run: Run, redeem: bool = True) -> bool:
    """Whether the coupon in scope can be used now by this profile. Unless `redeem` is false, the rule also
    redeems it."""
    return host_of(run).coupon_valid(redeem)


@FAMILY.define(
    "couponCanBeCreated",
    "",
    BOOLEAN,
)
def coupon_can_be_created(run: Run) -> bool:
    """Whether the campaign's budget for created coupons has something left."""
    return host_of(run).coupon_can_be_created()
