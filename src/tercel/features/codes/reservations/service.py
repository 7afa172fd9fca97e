"""Reserve a coupon for customers, and end reservations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from tercel.base.errors import InvalidError, NotFoundError, Problem
from tercel.base.keys import fold_code, lookup_key
from tercel.database.tables.applications import applications
from tercel.database.tables.codes import coupons
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons import store as coupon_store
from tercel.features.codes.coupons.model import Coupon
from tercel.features.codes.reservations import store
from tercel.features.common.caller import Caller
from tercel.features.customers.profiles.store import ensure_profiles


async def create_reservations(
    tx: Transaction, caller: Caller, code: str, integration_ids: Sequence[str]
) -> Coupon:
    """Reserve a coupon for customers, however often it may be reserved; unknown customers are created.

    Raises:
        NotFoundError: the application has no such coupon.
        InvalidError: the coupon belongs to another customer.
    """
    caller.refuse_testing("change reservations")
    coupon = await get_coupon(tx, caller, code)
    _check_recipient(coupon, integration_ids)
    known = await ensure_profiles(tx, caller.account_id, caller.sandbox, integration_ids)
    await store.lock_coupon(tx, coupon)
    added = await store.insert_reservations(tx, coupon, sorted(known.values()))
    await store.move_counter(tx, coupon, added)
    [changed] = await coupon_store.load_coupons(tx, coupon.application_id, [coupon.value])
    return (await coupon_store.answer(tx, [changed]))[0]


async def delete_reservations(
    tx: Transaction, caller: Caller, code: str, integration_ids: Sequence[str]
) -> None:
    """End the reservations of customers; those who have none are passed over.

    Raises:
        NotFoundError: the application has no such coupon.
    """
    caller.refuse_testing("change reservations")
    coupon = await get_coupon(tx, caller, code)
    await store.lock_coupon(tx, coupon)
    ended = await store.delete_reservations(tx, coupon, named(caller, integration_ids))
    await store.move_counter(tx, coupon, -ended)


async def get_coupon(tx: Transaction, caller: Caller, code: str) -> Row[Any]:
    """Return the row of a coupon of the key's application, by its code as sent.

    Raises:
        NotFoundError: there is none.
    """
    application_id = caller.own_application_id
    setting = select(applications.c.case_sensitivity).where(applications.c.id == application_id)
    value = fold_code(code, await tx.scalar(setting))
    row = await tx.one_or_none(
        select(coupons).where(coupons.c.application_id == application_id, coupons.c.value == value)
    )
    if row is None:
        raise NotFoundError(f"coupon `{code}` does not exist in this application")
    return row


def named(caller: Caller, integration_ids: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that pick profiles of the key's environment."""
    keys = {lookup_key(integration_id) for integration_id in integration_ids}
    return [
        profiles.c.account_id == caller.account_id,
        profiles.c.sandbox == caller.sandbox,
        profiles.c.key.in_(keys),
    ]


def _check_recipient(coupon: Row[Any], integration_ids: Sequence[str]) -> None:
    recipient = coupon.recipient_integration_id
    if not recipient:
        return
    problems = [
        Problem(
            title="recipient",
            details=f"coupon `{coupon.value}` is for another customer than `{integration_id}`",
            pointer=f"/integrationIDs/{index}",
        )
        for index, integration_id in enumerate(integration_ids)
        if integration_id != recipient
    ]
    if problems:
        raise InvalidError(*problems)
