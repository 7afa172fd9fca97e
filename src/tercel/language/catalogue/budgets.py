"""What budgets count: the actions that limits name and that entries of the ledger carry."""

from __future__ import annotations

from typing import NamedTuple


class Budget(NamedTuple):
    """One thing that may be limited.

    ``action`` is the kind of its ledger entries, and limits of that name count their amounts; limits of ``occurrences``
    count the entries, where that is something else. ``is_partial`` says that an amount may be cut to what is left,
    ``is_kept`` that a cancelled session does not give it back, ``is_of_units`` that it goes back with the units it was
    given for.
    """

    action: str
    occurrences: str = ""
    is_partial: bool = False
    is_kept: bool = False
    is_of_units: bool = False


REDEEMED_COUPONS = Budget("redeemCoupon")
REDEEMED_REFERRALS = Budget("redeemReferral")
DISCOUNTS = Budget("setDiscount", "setDiscountEffect", is_partial=True, is_of_units=True)
POINTS = Budget("createLoyaltyPoints", "createLoyaltyPointsEffect", is_partial=True, is_of_units=True)
SPENT_POINTS = Budget("redeemLoyaltyPoints", "redeemLoyaltyPointsEffect")
FREE_ITEMS = Budget("addFreeItemEffect", is_partial=True)
GIVEAWAYS = Budget("awardGiveaway")
CREATED_COUPONS = Budget("createCoupon", is_kept=True)
CREATED_REFERRALS = Budget("createReferral", is_kept=True)
RESERVED_COUPONS = Budget("reserveCoupon")
CUSTOM_EFFECTS = Budget("customEffect")
WEBHOOKS = Budget("callApi")

BUDGETS = (
    REDEEMED_COUPONS, REDEEMED_REFERRALS, DISCOUNTS, POINTS, SPENT_POINTS, FREE_ITEMS, GIVEAWAYS, CREATED_COUPONS,
    CREATED_REFERRALS, RESERVED_COUPONS, CUSTOM_EFFECTS, WEBHOOKS,
)  # fmt: skip
