"""The shop as plain facts: what the tables say, before it becomes documents. Amounts are whole cents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tercel.base.limits import ATTRIBUTE_LIST_LENGTH_MAX

ZONE = ZoneInfo("America/New_York")


class Line(NamedTuple):
    """Units of one product at one price. ``saving`` is what the shop's card takes off each unit."""

    product: int
    quantity: int
    price: int
    saving: int


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold; what the data do not tell is empty."""

    id: int
    name: str
    category: str
    department: str
    brand: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Coupons sent to chosen households. Both days belong to it; the type is A, B or C."""

    id: int
    type: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon of one campaign and the products it is good for."""

    upc: int
    campaign: int
    products: frozenset[int]

    @property
    def code(self) -> str:
        """The code to redeem: the same coupon comes in several campaigns, and a code belongs to one."""
        return f"{self.campaign:02}-{self.upc}"

    @property
    def is_wide(self) -> bool:
        """Whether its products are more than an attribute can list; then the products name the coupon instead."""
        return len(self.products) > ATTRIBUTE_LIST_LENGTH_MAX


@dataclass(frozen=True, slots=True)
class Redemption:
    """A coupon that a household handed in on a day."""

    household: int
    upc: int
    campaign: int
    day: date


@dataclass(frozen=True, slots=True)
class Household:
    """A customer: what is known of them, by name of the attribute, and the campaigns they were sent."""

    id: int
    demographics: Mapping[str, str]
    campaigns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Basket:
    """One purchase, at an instant in UTC, with the codes that were handed in."""

    id: int
    household: int
    store: int
    at: datetime
    lines: tuple[Line, ...]
    codes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """What it costs before any saving."""
        return sum(line.quantity * line.price for line in self.lines)

    @property
    def savings(self) -> int:
        """What the shop's card took off."""
        return sum(line.quantity * line.saving for line in self.lines)


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that is replayed; the baskets in the order of their time."""

    campaigns: Sequence[Campaign]
    coupons: Sequence[Coupon]
    households: Sequence[Household]
    products: Mapping[int, Product]
    baskets: Sequence[Basket]
    redemptions: int

    def stores(self) -> list[int]:
        """Return the stores of the baskets."""
        return sorted({basket.store for basket in self.baskets})

    def wide_offers(self) -> dict[int, list[str]]:
        """Return the codes of wide coupons by product."""
        offers: dict[int, list[str]] = {}
        for coupon in self.coupons:
            if coupon.is_wide:
                for product in coupon.products:
                    offers.setdefault(product, []).append(coupon.code)
        return offers
