"""Lists of reservations (behaviour/codes 11)."""

from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import insert, update

from tercel.base.keys import lookup_key
from tercel.database.tables.codes import coupon_reservations, coupons
from tercel.database.tables.customers import profiles
from tercel.database.transaction import Transaction
from tercel.features.codes.reservations.listing import list_reserved_coupons, list_reserving_customers
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tests.features.scopes import application, asked
from tests.support.database import read_rows_as_stored

pytestmark = pytest.mark.anyio
_PAGES = [asked(page=Paging(2, skip)) for skip in (0, 2, 4)]


async def _reserve(tx: Transaction, caller: Caller) -> tuple[list[int], list[int]]:
    """Five coupons of the application that five customers reserved, each all; the ids of both."""
    code_ids, profile_ids = [], []
    for name in "ABCDE":
        code = {"application_id": caller.application_id, "campaign_id": 1, "value": name}
        code_ids.append(await tx.scalar(insert(coupons).values(**code).returning(coupons.c.id)))
        person = {"account_id": caller.account_id, "integration_id": name, "key": lookup_key(name)}
        person["created"] = datetime(2030, 1, 1, tzinfo=UTC)
        profile_ids.append(await tx.scalar(insert(profiles).values(**person).returning(profiles.c.id)))
    for code_id in code_ids:
        reserved = {"application_id": caller.application_id, "coupon_id": code_id}
        rows = [{**reserved, "profile_id": profile_id} for profile_id in profile_ids]
        await tx.execute(insert(coupon_reservations).values(rows))
    return code_ids, profile_ids


async def test_pages_are_in_the_order_of_ids_wherever_rows_are_stored(
    tx: Transaction, caller: Caller, application_id: int
) -> None:
    key = msgspec.structs.replace(caller, application_id=application_id)
    code_ids, profile_ids = await _reserve(tx, key)
    for place in (2, 0):  # a row that changes is stored anew, behind the others
        await tx.execute(update(coupons).where(coupons.c.id == code_ids[place]).values(usage_limit=3))
        await tx.execute(
            update(profiles).where(profiles.c.id == profile_ids[place]).values(closed_sessions=1)
        )
    await read_rows_as_stored(tx)
    scope = application(key, application_id)
    customers = [await list_reserving_customers(tx, scope, "C", page) for page in _PAGES]
    assert [each.id for page in customers for each in page.data] == profile_ids
    reserved = [await list_reserved_coupons(tx, scope, "C", page) for page in _PAGES]
    assert [each.value for page in reserved for each in page.data] == list("ABCDE")
