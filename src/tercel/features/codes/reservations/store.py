"""Reservations in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, cast, delete, func, select, union, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from tercel.base.errors import NotFoundError
from tercel.database.tables.codes import coupon_reservations, coupons
from tercel.database.tables.customers import profiles
from tercel.database.tables.ledger import entries
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction


async def lock_coupon(tx: Transaction, coupon: Row[Any]) -> None:
    """Lock the coupon before its reservations, as the pipeline does, so that there is no deadlock.

    Raises:
        NotFoundError: it was deleted meanwhile.
    """
    statement = select(coupons.c.id).where(*_is(coupon)).with_for_update(key_share=True)
    if await tx.scalar(statement) is None:
        raise NotFoundError("the coupon was deleted")


async def insert_reservations(tx: Transaction, coupon: Row[Any], profile_ids: Collection[int]) -> int:
    """Reserve for these profiles; how many had no reservation yet."""
    wanted = func.jsonb_array_elements(cast(list(profile_ids), JSONB)).column_valued("wanted")
    rows = select(
        cast(coupon.application_id, coupons.c.id.type).label("application_id"),
        cast(coupon.id, coupons.c.id.type).label("coupon_id"),
        cast(cast(wanted, profiles.c.integration_id.type), profiles.c.id.type).label("profile_id"),
    )
    named = ["application_id", "coupon_id", "profile_id"]
    return await tx.execute(insert(coupon_reservations).from_select(named, rows).on_conflict_do_nothing())


async def delete_reservations(tx: Transaction, coupon: Row[Any], which: Sequence[ColumnElement[bool]]) -> int:
    """End the reservations of the profiles that the conditions pick; how many there were."""
    return await tx.execute(
        delete(coupon_reservations).where(
            coupon_reservations.c.application_id == coupon.application_id,
            coupon_reservations.c.coupon_id == coupon.id,
            coupon_reservations.c.profile_id.in_(select(profiles.c.id).where(*which)),
        )
    )


async def move_counter(tx: Transaction, coupon: Row[Any], step: int) -> None:
    """Keep the number of reservations beside them. One that ends is an edit: an order under way may have needed it."""
    if step:
        counter, edits = coupons.c.reservation_counter, coupons.c.edits
        moved = {"reservation_counter": counter + step, "edits": edits + int(step < 0)}
        await tx.execute(update(coupons).where(*_is(coupon)).values(moved))


def coupons_of_profile(application_id: int, profile_id: int) -> Select[Any]:
    """Select the ids of the coupons that a profile reserved, or redeemed and did not give back."""
    own_sessions = select(sessions.c.id).where(
        sessions.c.application_id == application_id, sessions.c.profile_id == profile_id
    )
    redeemed = (
        select(entries.c.coupon_id)
        .where(
            entries.c.application_id == application_id,
            entries.c.session_id.in_(own_sessions),
            entries.c.kind == "redeemCoupon",
            entries.c.coupon_id.is_not(None),
        )
        .group_by(entries.c.coupon_id)
        .having(func.sum(entries.c.amount) > 0)
    )
    reserved = select(coupon_reservations.c.coupon_id).where(
        coupon_reservations.c.application_id == application_id,
        coupon_reservations.c.profile_id == profile_id,
    )
    return select(union(reserved, redeemed).subquery().c.coupon_id)


def reserving_profiles(coupon: Row[Any]) -> Select[Any]:
    """Select the ids of the profiles that reserved a coupon, or redeemed it and did not give that back."""
    redeemed = (
        select(entries.c.profile_id)
        .where(
            entries.c.application_id == coupon.application_id,
            entries.c.coupon_id == coupon.id,
            entries.c.kind == "redeemCoupon",
        )
        .group_by(entries.c.profile_id)
        .having(func.sum(entries.c.amount) > 0)
    )
    reserved = select(coupon_reservations.c.profile_id).where(
        coupon_reservations.c.application_id == coupon.application_id,
        coupon_reservations.c.coupon_id == coupon.id,
    )
    return select(union(reserved, redeemed).subquery().c.profile_id)


def _is(coupon: Row[Any]) -> list[ColumnElement[bool]]:
    return [coupons.c.application_id == coupon.application_id, coupons.c.id == coupon.id]
