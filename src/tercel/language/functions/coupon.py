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
    doc="Whether the coupon in scope can be used now by this profile. Unless `redeem` is false, the rule also "
    "redeems it.",
)
def coupon_valid(run: Run, redeem: bool = True) -> bool:  # noqa: FBT001, FBT002
    return host_of(run).coupon_valid(redeem)


@FAMILY.define(
    "couponCanBeCreated", "", BOOLEAN, doc="Whether the campaign's budget for created coupons has something left."
)
def coupon_can_be_created(run: Run) -> bool:
    return host_of(run).coupon_can_be_created()
