"""Reserving coupons for customers (integration.md 4.10)."""

from __future__ import annotations

from typing import Any

from tercel.base.errors import ForbiddenError
from tercel.features.common.caller import Caller
from tercel.features.coupons.model import Coupon
from tercel.features.customers.model import CustomerProfile
from tercel.features.reservations.list import list_reserved_coupons, list_reserving_customers
from tercel.features.reservations.model import CouponReservations
from tercel.features.reservations.service import create_reservations, delete_reservations
from tercel.http.kernel.call import Call
from tercel.http.kernel.envelopes import Counted, counted
from tercel.http.kernel.operation import Access, operation
from tercel.http.kernel.query import PageQuery

_PATH = "/v1/coupon_reservations/{couponValue}"
_TAG: dict[str, Any] = {"tag": "Coupons"}


@operation(
    "createCouponReservation",
    "POST",
    _PATH,
    Access.INTEGRATION,
    body=CouponReservations,
    status=201,
    answer=Coupon,
    **_TAG,
)
async def create_coupon_reservation(call: Call) -> Coupon:
    """Reserve a coupon for customers, even beyond its reservation limit."""
    _refuse_testing(call.caller)
    async with call.transaction() as tx:
        return await create_reservations(tx, call.caller, call.path["couponValue"], call.body.integration_ids)


@operation("deleteCouponReservation", "DELETE", _PATH, Access.INTEGRATION, body=CouponReservations, **_TAG)
async def delete_coupon_reservation(call: Call) -> None:
    """End customers' reservations of a coupon."""
    _refuse_testing(call.caller)
    async with call.transaction() as tx:
        await delete_reservations(tx, call.caller, call.path["couponValue"], call.body.integration_ids)


@operation(
    "getReservedCustomers",
    "GET",
    "/v1/coupon_reservations/customerprofiles/{couponValue}",
    Access.INTEGRATION,
    query=PageQuery,
    answer=Counted[CustomerProfile],
    **_TAG,
)
async def get_reserved_customers(call: Call) -> Counted[CustomerProfile]:
    """List the customers who reserved or redeemed a coupon."""
    async with call.transaction() as tx:
        page = await list_reserving_customers(tx, call.caller, call.path["couponValue"], call.query.page())
    return counted(page)


@operation(
    "getReservedCoupons",
    "GET",
    "/v1/coupon_reservations/coupons/{integrationId}",
    Access.INTEGRATION,
    query=PageQuery,
    answer=Counted[Coupon],
    **_TAG,
)
async def get_reserved_coupons(call: Call) -> Counted[Coupon]:
    """List the coupons that a customer reserved or redeemed."""
    async with call.transaction() as tx:
        page = await list_reserved_coupons(tx, call.caller, call.path["integrationId"], call.query.page())
    return counted(page)


def _refuse_testing(caller: Caller) -> None:
    """A testing key is for dry requests, and these are none."""
    if caller.is_testing:
        raise ForbiddenError("a testing key cannot change reservations: use a key of another type")


OPERATIONS = [
    create_coupon_reservation,
    delete_coupon_reservation,
    get_reserved_customers,
    get_reserved_coupons,
]
