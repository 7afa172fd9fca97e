"""An offer: one campaign with its codes and limits as data, which the shop creates and the model understands."""

from __future__ import annotations

from typing import Literal

import msgspec

#: What a unit of the cart costs, and what the campaign takes off it.
PRICE = 10
OFF = 1
#: The type of custom events, and the attribute that names each of them.
EVENT = "attack"
NAME = "name"
#: Attributes of customers: one that requests set, and one that rules raise.
MOOD = "AttackMood"
POINTS = "AttackPoints"


class Limit(msgspec.Struct, frozen=True):
    """A budget of the campaign; without entities it holds for all of it."""

    action: str
    limit: int
    entities: tuple[str, ...] = ()
    period: str | None = None


class Code(msgspec.Struct, frozen=True):
    """A coupon; 0 means that it has no such limit. ``per_profile`` is a limit of its own on redemptions by one customer."""

    value: str
    usage_limit: int = 0
    gift: int | None = None
    per_profile: int = 0
    reservations: int = 0


class Referral(msgspec.Struct, frozen=True):
    """The code of an advocate."""

    code: str
    usage_limit: int = 0


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A tenth off the cart, as far as codes and limits allow.

    Attributes:
        limits: Budgets of the campaign.
        codes: Its coupons; with any, the discount needs a valid one.
        referrals: Codes of an advocate; with any, the discount needs a valid one.
        stores: Stores of the application.
        store_budget: What each store may give, or 0.
        by_unit: Whether each unit gets a discount of its own, which goes with the unit when it is returned.
        is_partial: Whether less than wanted may be given.
        reserves: Whether rules reserve the coupon for the customer.
        reevaluates: Whether what is left is evaluated again when units are returned.
        first_by: Whether the discount is for a customer's first order only, and how its rule knows that: by the flag of the
            session, by how many sessions the customer closed, or by what he bought.
        creates: Whether a close creates a coupon that may be used once, for the campaign's discount.
        extras: What a second rule gives, by the actions that its effects count as; ``points`` is an attribute of the
            customer that grows by one.
        extras_for: Whether that rule answers everything, or custom events only.
        extras_once_bought: Whether it needs a customer who has closed a session.
        is_edited: Whether its limits come and go, which concerns everybody.
    """

    limits: tuple[Limit, ...] = ()
    codes: tuple[Code, ...] = ()
    referrals: tuple[Referral, ...] = ()
    stores: tuple[str, ...] = ()
    store_budget: int = 0
    by_unit: bool = False
    is_partial: bool = False
    reserves: bool = False
    reevaluates: bool = False
    first_by: Literal["", "flag", "closed", "sales"] = ""
    creates: bool = False
    extras: tuple[str, ...] = ()
    extras_for: Literal["all", "events"] = "all"
    extras_once_bought: bool = False
    is_edited: bool = False

    @property
    def needs_code(self) -> bool:
        """Whether the discount needs a coupon."""
        return bool(self.codes) or self.creates or "createCoupon" in self.extras

    def has_entity(self, entity: str) -> bool:
        """Whether a limit counts by this entity."""
        return any(entity in limit.entities for limit in self.limits)
