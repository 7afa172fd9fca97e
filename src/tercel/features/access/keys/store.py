"""Keys in the database, under the digest of their secret."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from tercel.database.tables.accounts import management_keys
from tercel.database.tables.applications import application_keys
from tercel.features.access.keys.model import ApplicationAPIKey, Endpoint, ManagementKey
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import within_rights


def select_application_keys(account_id: int) -> Select[Any]:
    """Select all integration keys of an account."""
    return select(application_keys).where(application_keys.c.account_id == account_id)


def select_own_management_keys(caller: Caller) -> Select[Any]:
    """Select the management keys that a caller may see."""
    keys = management_keys.c
    own = within_rights(keys.allowed_application_ids, caller)
    return select(management_keys).where(keys.account_id == caller.account_id, *own)


def application_key_from_row(row: Row[Any], secret: str | None = None) -> ApplicationAPIKey:
    """Return a row as answered; with the secret right after creation."""
    return ApplicationAPIKey(
        id=row.id,
        title=row.title,
        expires=row.expires,
        platform=row.platform,
        type=row.type,
        time_offset=row.time_offset,
        created_by=row.created_by,
        account_id=row.account_id,
        application_id=row.application_id,
        created=row.created,
        key=secret,
    )


def management_key_from_row(row: Row[Any], secret: str | None = None) -> ManagementKey:
    """Return a row as answered; with the secret right after creation."""
    return ManagementKey(
        id=row.id,
        created_by=row.created_by,
        account_id=row.account_id,
        created=row.created,
        name=row.name,
        expiry_date=row.expiry_date,
        endpoints=msgspec.convert(row.endpoints, list[Endpoint]),
        allowed_application_ids=row.allowed_application_ids,
        disabled=row.disabled,
        last_used=row.last_used,
        key=secret,
    )
