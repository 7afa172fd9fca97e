"""Creating and reserving codes as effects."""

from __future__ import annotations

from tercel.language.catalogue.budgets import CREATED_COUPONS, CREATED_REFERRALS
from tercel.language.catalogue.catalogue import EFFECT, Family, Gift
from tercel.language.values.kinds import NULL

FAMILY = Family("Codes")

FAMILY.hosted(
    "createCoupon",
    "settings:options",
    NULL,
    doc="Create a coupon code. Settings: `campaignId`, `recipient`, `recipientId`, `usageLimit`, `discountLimit`, "
    "`startDate`, `expiryDate`, `attributes`, `validCharacters`, `pattern`, `storeInSession`.",
    errors="limit",
    flags=EFFECT,
    phrases="create a coupon code with {0}",
    gives=Gift(CREATED_COUPONS),
)
FAMILY.hosted(
    "createReferral",
    "settings:options",
    NULL,
    doc="Create a referral code. Settings as for `createCoupon`, with `friendId` for the recipient and no "
    "`discountLimit`.",
    errors="limit",
    flags=EFFECT,
    phrases="create a referral code with {0}",
    gives=Gift(CREATED_REFERRALS),
)
FAMILY.hosted(
    "reserveCoupon",
    "",
    NULL,
    doc="Reserve the coupon in scope for the profile.",
    errors="missing limit",
    flags=EFFECT,
    phrases="reserve the coupon code for the profile",
    blocks="reserveCoupon",
)
