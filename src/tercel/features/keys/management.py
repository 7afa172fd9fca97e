"""Management keys: creating, listing, changing, deleting (management.md 5.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET
from sqlalchemy import delete, insert, select, update

from tercel.base.errors import InvalidError, NotFoundError
from tercel.database.tables.accounts import management_keys
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.keys.checks import check_expiry
from tercel.features.keys.model import CreateManagementKey, ManagementKey, UpdateManagementKey
from tercel.features.keys.secret import digest, make_secret
from tercel.features.keys.store import management_key_from_row, select_management_keys

_SORTABLE = {
    "id": management_keys.c.id,
    "name": management_keys.c.name,
    "expiryDate": management_keys.c.expiry_date,
    "created": management_keys.c.created,
}


async def create_management_key(
    tx: Transaction, new: CreateManagementKey, *, account_id: int, created_by: int, now: datetime
) -> ManagementKey:
    """Create a key; only this answer has its secret.

    Raises:
        InvalidError: it would have expired already, or names an unknown application.
    """
    check_expiry(new.expiry_date, now, "/expiryDate")
    await _check_applications(tx, account_id, new.allowed_application_ids)
    secret = make_secret()
    values = {
        "account_id": account_id,
        "created_by": created_by,
        "name": new.name,
        "key_hash": digest(secret),
        "endpoints": msgspec.to_builtins(new.endpoints),
        "allowed_application_ids": new.allowed_application_ids,
        "expiry_date": new.expiry_date,
    }
    row = await tx.one(insert(management_keys).values(values).returning(management_keys))
    return management_key_from_row(row, secret)


async def list_management_keys(tx: Transaction, account_id: int, page: PageRequest) -> Page[ManagementKey]:
    """One page of an account's keys, without their secrets."""
    statement = order_by(
        select_management_keys(account_id), page.sort, allowed=_SORTABLE, default=management_keys.c.id
    )
    return await fetch_page(tx, statement, page, counted=True, row=management_key_from_row)


async def update_management_key(
    tx: Transaction, account_id: int, key_id: int, changed: UpdateManagementKey
) -> ManagementKey:
    """Change what was sent.

    Raises:
        InvalidError: an unknown application.
        NotFoundError: the account has no such key.
    """
    if changed.allowed_application_ids is not UNSET:
        await _check_applications(tx, account_id, changed.allowed_application_ids)
    values = {name: getattr(changed, name) for name in changed.__struct_fields__}
    values = {name: msgspec.to_builtins(value) for name, value in values.items() if value is not UNSET}
    if values:
        keys = management_keys.c
        statement = update(management_keys).where(keys.id == key_id, keys.account_id == account_id)
        await tx.execute(statement.values(values))
    row = await tx.one_or_none(select_management_keys(account_id).where(management_keys.c.id == key_id))
    if row is None:
        raise _unknown(key_id)
    return management_key_from_row(row)


async def delete_management_key(tx: Transaction, account_id: int, key_id: int) -> None:
    """Delete a key: every process refuses it within seconds (``callers.REMEMBERED_S``).

    Raises:
        NotFoundError: the account has no such key.
    """
    keys = management_keys.c
    if not await tx.execute(delete(management_keys).where(keys.id == key_id, keys.account_id == account_id)):
        raise _unknown(key_id)


async def _check_applications(tx: Transaction, account_id: int, wanted: Sequence[int]) -> None:
    statement = select(applications.c.id).where(
        applications.c.account_id == account_id, applications.c.id.in_(wanted)
    )
    known = set(await tx.scalars(statement)) if wanted else set()
    for index, application_id in enumerate(wanted):
        if application_id not in known:
            pointer = f"/allowedApplicationIds/{index}"
            raise InvalidError.at(pointer, "Unknown", f"there is no application `{application_id}`")


def _unknown(key_id: int) -> NotFoundError:
    return NotFoundError(f"management key `{key_id}` does not exist")
