"""Integration keys: creating, listing, changing, deleting (behaviour/access 3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from tercel.base.errors import ConflictError, NotFoundError, Problem
from tercel.database.tables.applications import application_keys
from tercel.database.transaction import Transaction
from tercel.features.access.keys.checks import check_expiry
from tercel.features.access.keys.model import (
    ApplicationAPIKey,
    CreateApplicationAPIKey,
    UpdateApplicationAPIKey,
)
from tercel.features.access.keys.secret import digest, make_secret
from tercel.features.access.keys.store import application_key_from_row
from tercel.features.common.scope import ApplicationScope

_TESTING = "staging"


async def create_application_key(
    tx: Transaction, scope: ApplicationScope, new: CreateApplicationAPIKey, *, now: datetime
) -> ApplicationAPIKey:
    """Create a key; only this answer has its secret.

    Raises:
        InvalidError: it would have expired already.
        ConflictError: a second testing key for one application.
    """
    check_expiry(new.expires, now, "/expires")
    if new.type == _TESTING:
        await _check_no_testing_key(tx, scope.application_id)
    secret = make_secret()
    values = {
        "application_id": scope.application_id,
        "account_id": scope.account_id,
        "created_by": scope.user_id,
        "title": new.title,
        "platform": new.platform,
        "type": new.type,
        "time_offset": new.time_offset,
        "expires": new.expires,
        "key_hash": digest(secret),
    }
    row = await tx.one(insert(application_keys).values(values).returning(application_keys))
    return application_key_from_row(row, secret)


async def update_application_key(
    tx: Transaction, application_id: int, key_id: int, changed: UpdateApplicationAPIKey
) -> ApplicationAPIKey:
    """Change the time offset.

    Raises:
        NotFoundError: the application has no such key.
    """
    row = await tx.one_or_none(
        update(application_keys)
        .where(application_keys.c.id == key_id, application_keys.c.application_id == application_id)
        .values(time_offset=changed.time_offset)
        .returning(application_keys)
    )
    if row is None:
        raise _unknown(key_id)
    return application_key_from_row(row)


async def delete_application_key(
    tx: Transaction, account_id: int, key_id: int, *, application_id: int | None = None
) -> None:
    """Delete a key: every process refuses it within seconds (``callers.REMEMBERED_S``).

    Raises:
        NotFoundError: the account, or the application when one is named, has no such key.
    """
    keys = application_keys.c
    statement = delete(application_keys).where(keys.id == key_id, keys.account_id == account_id)
    if application_id is not None:
        statement = statement.where(keys.application_id == application_id)
    if not await tx.execute(statement):
        raise _unknown(key_id)


async def _check_no_testing_key(tx: Transaction, application_id: int) -> None:
    keys = application_keys.c
    statement = select(keys.id).where(keys.application_id == application_id, keys.type == _TESTING)
    if await tx.scalar(statement.limit(1)) is not None:
        details = "an application has at most one testing key: delete the other one first"
        raise ConflictError(details, [Problem(title="unique", details=details, pointer="/type")])


def _unknown(key_id: int) -> NotFoundError:
    return NotFoundError(f"integration key `{key_id}` does not exist")
