"""Which baskets are replayed, and in which of them each coupon was handed in. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from zlib import crc32

from demo.shop import Coupon, Redemption

#: The baskets of each household and day, with the products in each.
Visits = Mapping[tuple[int, date], Mapping[int, Collection[int]]]


def place_codes(
    redemptions: Iterable[Redemption], coupons: Mapping[tuple[int, int], Coupon], visits: Visits
) -> dict[int, tuple[str, ...]]:
    """Return the codes of each basket.

    The data tell the day of a redemption but not the basket: it is the one with most products that the coupon is good
    for, else the largest, else the first. ``coupons`` are found by UPC and campaign.
    """
    codes: dict[int, dict[str, None]] = {}
    for redemption in redemptions:
        baskets = visits.get((redemption.household, redemption.day))
        if not baskets:
            continue
        coupon = coupons[redemption.upc, redemption.campaign]
        ranked = {
            basket: (len(coupon.products.intersection(products)), len(products), -basket)
            for basket, products in baskets.items()
        }
        best = max(ranked, key=ranked.__getitem__)
        codes.setdefault(best, {})[coupon.code] = None
    return {basket: tuple(found) for basket, found in codes.items()}


def choose_baskets(baskets: Iterable[int], with_codes: Collection[int], count: int | None) -> set[int]:
    """Choose the baskets to replay: those with codes, then others by a draw that is always the same; all without a
    count."""
    if count is None:
        return set(baskets)
    ranked = sorted(
        baskets, key=lambda basket: (basket not in with_codes, crc32(str(basket).encode()), basket)
    )
    return set(ranked[:count])
