"""Reserving coupons for customers (behaviour/codes 11)."""

from __future__ import annotations

from tercel.features.codes.coupons.model import Coupon
from tercel.features.codes.reservations.listing import list_reserved_coupons, list_reserving_customers
from tercel.features.codes.reservations.model import CouponReservations
from tercel.features.codes.reservations.service import create_reservations, delete_reservations
from tercel.features.common.envelopes import Counted
from tercel.features.common.listing import Paged
from tercel.features.customers.profiles.model import CustomerProfile
from tercel.http.kernel.call import ApplicationCall
from tercel.http.kernel.operation import Access, Operations

api = Operations("Coupons", "/v1/coupon_reservations", Access.INTEGRATION)


@api.post("createCouponReservation", "/{couponValue}", status=201)
async def create_coupon_reservation(call: ApplicationCall[CouponReservations]) -> Coupon:
    """Reserve a coupon for customers, even beyond its reservation limit."""
    code = call.path["couponValue"]
    return await create_reservations(call.tx, call.caller, code, call.body.integration_ids)


@api.delete("deleteCouponReservation", "/{couponValue}")
async def delete_coupon_reservation(call: ApplicationCall[CouponReservations]) -> None:
    """End customers' reservations of a coupon."""
    await delete_reservations(call.tx, call.caller, call.path["couponValue"], call.body.integration_ids)


@api.get("getReservedCustomers", "/customerprofiles/{couponValue}")
async def get_reserved_customers(call: ApplicationCall[None, Paged]) -> Counted[CustomerProfile]:
    """List the customers who reserved or redeemed a coupon."""
    return await list_reserving_customers(call.tx, call.scope, call.path["couponValue"], call.query)


@api.get("getReservedCoupons", "/coupons/{integrationId}")
async def get_reserved_coupons(call: ApplicationCall[None, Paged]) -> Counted[Coupon]:
    """List the coupons that a customer reserved or redeemed."""
    return await list_reserved_coupons(call.tx, call.scope, call.path["integrationId"], call.query)
