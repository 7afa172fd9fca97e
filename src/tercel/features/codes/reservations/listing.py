"""Who reserved a coupon, and which coupons a customer reserved."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from tercel.base.errors import NotFoundError
from tercel.database.tables.codes import coupons
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons.listing import COUPONS
from tercel.features.codes.coupons.model import Coupon
from tercel.features.codes.reservations.service import get_coupon, named
from tercel.features.codes.reservations.store import coupons_of_profile, reserving_profiles
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Listing, Paged, each
from tercel.features.common.scope import ApplicationScope, Scope
from tercel.features.customers.profiles.model import CustomerProfile
from tercel.features.customers.profiles.store import profile_from_row

#: Profiles of the account, whether or not the key's application ever saw them: a reservation creates who is unknown.
_CUSTOMERS: Listing[Scope, CustomerProfile] = Listing(
    select=lambda scope: select(profiles).where(*scope.account.holds(profiles)),
    answer=each(profile_from_row),
    key=profiles.c.id,
)
_COUPONS = replace(COUPONS, sort={})  # published without another order


async def list_reserving_customers(
    tx: Transaction, scope: ApplicationScope, code: str, asked: Paged
) -> Counted[CustomerProfile]:
    """Return a page of the customers who reserved or redeemed a coupon, with the number of all.

    Raises:
        NotFoundError: the application has no such coupon.
    """
    coupon = await get_coupon(tx, scope.caller, code)
    return await _CUSTOMERS.counted(tx, scope, asked, profiles.c.id.in_(reserving_profiles(coupon)))


async def list_reserved_coupons(
    tx: Transaction, scope: ApplicationScope, integration_id: str, asked: Paged
) -> Counted[Coupon]:
    """Return a page of the coupons of the application that a customer reserved or redeemed, with the number of all.

    Raises:
        NotFoundError: there is no such customer.
    """
    profile_id = await tx.scalar(select(profiles.c.id).where(*named(scope.caller, [integration_id])))
    if profile_id is None:
        raise NotFoundError(f"customer `{integration_id}` does not exist")
    reserved = coupons_of_profile(scope.application_id, profile_id)
    return await _COUPONS.counted(tx, scope, asked, coupons.c.id.in_(reserved))
