"""Who reserved a coupon, and which coupons a customer reserved."""

from __future__ import annotations

from sqlalchemy import select

from tercel.base.errors import NotFoundError
from tercel.database.tables.codes import coupons
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page
from tercel.features.coupons.model import Coupon
from tercel.features.coupons.store import answer
from tercel.features.customers.model import CustomerProfile
from tercel.features.customers.store import profile_from_row
from tercel.features.reservations.service import get_coupon, named
from tercel.features.reservations.store import coupons_of_profile, reserving_profiles


async def list_reserving_customers(
    tx: Transaction, caller: Caller, code: str, page: PageRequest
) -> Page[CustomerProfile]:
    """A page of the customers who reserved or redeemed a coupon, with the number of all.

    Raises:
        NotFoundError: the application has no such coupon.
    """
    coupon = await get_coupon(tx, caller, code)
    statement = select(profiles).where(profiles.c.id.in_(reserving_profiles(coupon.id)))
    return await fetch_page(tx, statement.order_by(profiles.c.id), page, counted=True, row=profile_from_row)


async def list_reserved_coupons(
    tx: Transaction, caller: Caller, integration_id: str, page: PageRequest
) -> Page[Coupon]:
    """A page of the coupons of the application that a customer reserved or redeemed, with the number of all.

    Raises:
        NotFoundError: there is no such customer.
    """
    profile_id = await tx.scalar(select(profiles.c.id).where(*named(caller, [integration_id])))
    if profile_id is None:
        raise NotFoundError(f"customer `{integration_id}` does not exist")
    assert caller.application_id is not None, "integration keys belong to an application"
    statement = select(coupons).where(
        coupons.c.application_id == caller.application_id,
        coupons.c.id.in_(coupons_of_profile(caller.application_id, profile_id)),
    )
    found = await fetch_page(tx, statement.order_by(coupons.c.id), page, counted=True, row=lambda row: row)
    return Page(data=await answer(tx, found.data), total=found.total)
