"""Figures of codes as SQL expressions: the counter where the code has that limit, else the sum of its entries.

The expressions are parts of statements over ``coupons`` or ``referrals``: in lists, and where a counter starts.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from tercel.database.tables.codes import coupons, referrals
from tercel.database.tables.ledger import entries

_redemptions = func.coalesce(func.sum(entries.c.amount), 0)
_discount = func.coalesce(func.sum(entries.c.coupon_discount), 0)
_of_coupon = (entries.c.application_id == coupons.c.application_id, entries.c.coupon_id == coupons.c.id)


def coupon_redemptions() -> ColumnElement[Any]:
    """Return the redemptions of a coupon, without reversed ones."""
    total = select(_redemptions).where(*_of_coupon, entries.c.kind == "redeemCoupon")
    summed = total.correlate(coupons).scalar_subquery()
    return case((coupons.c.usage_limit == 0, summed), else_=coupons.c.usage_counter)


def coupon_discount() -> ColumnElement[Any]:
    """Return the money that a coupon gave, without reversed discounts."""
    total = select(_discount).where(*_of_coupon)
    summed = total.correlate(coupons).scalar_subquery()
    return case((coupons.c.discount_limit.is_(None), summed), else_=coupons.c.discount_counter)


def referral_redemptions() -> ColumnElement[Any]:
    """Return the redemptions of a referral, without reversed ones."""
    total = select(_redemptions).where(
        entries.c.application_id == referrals.c.application_id,
        entries.c.referral_id == referrals.c.id,
        entries.c.kind == "redeemReferral",
    )
    summed = total.correlate(referrals).scalar_subquery()
    return case((referrals.c.usage_limit == 0, summed), else_=referrals.c.usage_counter)
