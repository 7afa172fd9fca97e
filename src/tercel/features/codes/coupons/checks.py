"""What makes the settings of a coupon unusable, beyond what their types say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tercel.base.errors import Problem
from tercel.base.limits import AMOUNT_DIGITS_MAX, DISCOUNT_LIMIT_MAX
from tercel.base.numbers import tidy
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.model import CouponConstraints
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.library.checks import attribute_problems, date_problems
from tercel.features.common.limits import LimitConfig, check_limits


def constraint_problems(new: CouponConstraints) -> Iterator[Problem]:
    """Problems with the discount limit and the dates."""
    if new.discount_limit is not None:
        yield from _discount_problems(new.discount_limit)
    yield from date_problems(new.start_date, new.expiry_date)


async def coupon_attribute_problems(
    tx: Transaction, campaign: CodeCampaign, attributes: Mapping[str, Any] | None
) -> list[Problem]:
    """Problems with the attributes of a coupon; None means that they do not change."""
    if attributes is None:
        return []
    return await attribute_problems(
        tx,
        attributes,
        entity="Coupon",
        account_id=campaign.account_id,
        application_id=campaign.application_id,
        mandatory=campaign.mandatory_coupon_attributes,
    )


def limit_problems(own: Sequence[LimitConfig] | None, *, is_single: bool) -> Iterator[Problem]:
    """Problems with a coupon's own limits: redemptions per profile only, for one coupon without a recipient."""
    if not own:
        return
    if not is_single:
        details = "only a single coupon without a recipient can have limits of its own"
        yield Problem(title="not", details=details, pointer="/limits")
    yield from check_limits(own)
    for index, limit in enumerate(own):
        if limit.action != "redeemCoupon":
            details = 'action must be one of the following: "redeemCoupon"'
            yield Problem(title="enum", details=details, pointer=f"/limits/{index}/action")
        if "Profile" not in limit.entities:
            details = "a coupon's own limits count per profile: entities must contain `Profile`"
            yield Problem(title="contains", details=details, pointer=f"/limits/{index}/entities")


def _discount_problems(limit: Decimal) -> Iterator[Problem]:
    if not 0 <= limit <= DISCOUNT_LIMIT_MAX:
        details = f"discountLimit must be between 0 and {DISCOUNT_LIMIT_MAX:f}"
        title = "minimum" if limit < 0 else "maximum"
        yield Problem(title=title, details=details, pointer="/discountLimit")
    elif tidy(limit) != limit:
        details = f"discountLimit has at most {AMOUNT_DIGITS_MAX} fractional digits"
        yield Problem(title="multipleOf", details=details, pointer="/discountLimit")
