"""Management keys: creating, listing, changing, deleting (behaviour/access 2).

A caller for some applications sees, makes and changes keys for these alone. A key that may make keys gives away no endpoint
that it does not open itself; administrators give away all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Row, delete, insert, select, update

from tercel.base.errors import NotFoundError
from tercel.database.tables.accounts import management_keys
from tercel.database.transaction import Transaction
from tercel.features.access.keys.checks import check_expiry
from tercel.features.access.keys.endpoints import Endpoints
from tercel.features.access.keys.model import (
    CreateManagementKey,
    Endpoint,
    ManagementKey,
    UpdateManagementKey,
)
from tercel.features.access.keys.secret import digest, make_secret
from tercel.features.access.keys.store import management_key_from_row, select_own_management_keys
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import check_applications

_APPLICATIONS = "/allowedApplicationIds"


async def create_management_key(
    tx: Transaction, caller: Caller, new: CreateManagementKey, *, known: Endpoints, now: datetime
) -> ManagementKey:
    """Create a key; only this answer has its secret.

    Raises:
        ForbiddenError: it would be for applications, or open endpoints, that are not the caller's.
        InvalidError: it would have expired already, or names an unknown application or endpoint.
    """
    check_expiry(new.expiry_date, now, "/expiryDate")
    await _check_endpoints(tx, caller, new.endpoints, known)
    await check_applications(tx, caller, new.allowed_application_ids, _APPLICATIONS)
    secret = make_secret()
    values = {
        "account_id": caller.account_id,
        "created_by": caller.user_id,
        "name": new.name,
        "key_hash": digest(secret),
        "endpoints": msgspec.to_builtins(new.endpoints),
        "allowed_application_ids": new.allowed_application_ids,
        "expiry_date": new.expiry_date,
    }
    row = await tx.one(insert(management_keys).values(values).returning(management_keys))
    return management_key_from_row(row, secret)


async def update_management_key(
    tx: Transaction, caller: Caller, key_id: int, changed: UpdateManagementKey, *, known: Endpoints
) -> ManagementKey:
    """Change what was sent.

    Raises:
        ForbiddenError: it would be for applications, or open endpoints, that are not the caller's.
        InvalidError: an unknown application or endpoint.
        NotFoundError: the account has no such key that the caller may see.
    """
    await _require_key(tx, caller, key_id)
    if changed.endpoints is not UNSET:
        await _check_endpoints(tx, caller, changed.endpoints, known)
    if changed.allowed_application_ids is not UNSET:
        await check_applications(tx, caller, changed.allowed_application_ids, _APPLICATIONS)
    values = {name: getattr(changed, name) for name in changed.__struct_fields__}
    values = {name: msgspec.to_builtins(value) for name, value in values.items() if value is not UNSET}
    if values:
        await tx.execute(update(management_keys).where(management_keys.c.id == key_id).values(values))
    return management_key_from_row(await _require_key(tx, caller, key_id))


async def delete_management_key(tx: Transaction, caller: Caller, key_id: int) -> None:
    """Delete a key: every process refuses it within seconds (``callers.REMEMBERED_S``).

    Raises:
        NotFoundError: the account has no such key that the caller may see.
    """
    await _require_key(tx, caller, key_id)
    await tx.execute(delete(management_keys).where(management_keys.c.id == key_id))


async def _check_endpoints(
    tx: Transaction, caller: Caller, wanted: Sequence[Endpoint], known: Endpoints
) -> None:
    known.check(wanted)
    if caller.management_key_id is not None:
        keys = management_keys.c
        own = await tx.scalar(select(keys.endpoints).where(keys.id == caller.management_key_id))
        known.check_rights(wanted, msgspec.convert(own or [], list[Endpoint]))


async def _require_key(tx: Transaction, caller: Caller, key_id: int) -> Row[Any]:
    row = await tx.one_or_none(select_own_management_keys(caller).where(management_keys.c.id == key_id))
    if row is None:
        raise NotFoundError(f"management key `{key_id}` does not exist")
    return row
