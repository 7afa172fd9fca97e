"""What a session brings, as far as an offer looks at it."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.attack.offer import Offer


def is_personal(offer: Offer) -> bool:
    """Whether it matters who the customer is."""
    return (
        offer.has_entity("Profile")
        or offer.reserves
        or bool(offer.first_by)
        or "points" in offer.extras
        or any(code.per_profile for code in offer.codes)
    )


def cart(offer: Offer, chance: Random, customers: list[str]) -> dict[str, Any]:
    """Some units, mostly of a customer, with codes, a store, identifiers or a referral."""
    found: dict[str, Any] = {"units": chance.randint(1, 4)}
    if chance.random() < (0.9 if is_personal(offer) else 0.5):
        found["profile"] = chance.choice(customers)
    if offer.codes:
        values = [code.value for code in offer.codes]
        found["codes"] = tuple(chance.sample(values, chance.randint(1, len(values))))
    if offer.stores:
        found["store"] = chance.choice(offer.stores)
    if offer.has_entity("Identifier"):
        found["identifiers"] = tuple(chance.sample(["phone", "address", "device"], chance.randint(1, 2)))
    if offer.referrals:
        found["referral"] = chance.choice(offer.referrals).code
    return found
