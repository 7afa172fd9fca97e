"""Creating and reserving codes as effects."""

from __future__ import annotations

from typing import Any

from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of
from tercel.language.kinds import NULL
from tercel.language.run import Run

FAMILY = Family("Codes")


@FAMILY.define(
    "createCoupon",
    "settings:map",
    NULL,
    errors="limit",
    flags=EFFECT,
)
def create_coupon(run: Run, settings: dict[str, Any]) -> None:
    """Creates a coupon code. Settings: `campaignId`, `recipient`, `recipientId`, `usageLimit`,
    `discountLimit`, `startDate`, `expiryDate`, `attributes`, `validCharacters`, `pattern`,
    `storeInSession`."""
    host_of(run).create_coupon(settings)


@FAMILY.define(
    "createReferral",
    "settings:map",
    NULL,
    errors="limit",
    flags=EFFECT,
)
def create_referral(run: Run, settings: dict[str, Any]) -> None:
    """Creates a referral code. Settings as for `createCoupon`, with `friendId` for the recipient and no
    `discountLimit`."""
    host_of(run).create_referral(settings)


@FAMILY.define(
    "reserveCoupon",
    "",
    NULL,
    errors="missing limit",
    flags=EFFECT,
)
def reserve_coupon(run: Run) -> None:
    """Reserves the coupon in scope for the profile."""
    host_of(run).reserve_coupon()
