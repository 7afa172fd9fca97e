"""From the digest of a key or token to the rights behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Select, or_, select, update

from tercel.database.tables.accounts import management_keys, user_tokens, users
from tercel.database.tables.applications import application_keys, applications
from tercel.database.transaction import Transaction
from tercel.features.access.keys.model import Endpoint
from tercel.features.common.caller import Caller

#: ``last_used`` of a management key is written at most this often.
_LAST_USED_STEP = timedelta(minutes=1)
_LOG_OUT = Endpoint(path="/v1/sessions", method="DELETE")


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """What a valid key or token stands for."""

    caller: Caller
    expires: datetime
    endpoints: tuple[Endpoint, ...] | None = None  # None: every endpoint

    def opens(self, method: str, path: str) -> bool:
        """Tell whether the endpoint is in the allow-list, by name or by the wildcard."""
        return self.endpoints is None or any(known.covers(method, path) for known in self.endpoints)

    def names(self, method: str, path: str) -> bool:
        """Tell whether the endpoint is in the allow-list by name."""
        return self.endpoints is None or any(
            known.covers(method, path) and not known.is_wildcard for known in self.endpoints
        )


async def find_integration(tx: Transaction, key_hash: bytes, now: datetime) -> Credential | None:
    """Return the application behind an integration key."""
    keys = application_keys.c
    row = await tx.one_or_none(
        select(
            keys.account_id,
            keys.application_id,
            keys.type,
            keys.time_offset,
            keys.expires,
            applications.c.sandbox,
        )
        .join_from(application_keys, applications, applications.c.id == keys.application_id)
        .where(keys.key_hash == key_hash, keys.expires > now)
    )
    if row is None:
        return None
    caller = Caller(
        account_id=row.account_id,
        application_id=row.application_id,
        allowed_application_ids=frozenset({row.application_id}),
        sandbox=row.sandbox,
        is_testing=row.type == "staging",
        time_offset_ns=row.time_offset if row.type == "staging" else 0,
    )
    return Credential(caller=caller, expires=row.expires)


async def find_management(tx: Transaction, key_hash: bytes, now: datetime) -> Credential | None:
    """Return the rights of a management key; None when it is disabled or its creator is not active."""
    keys = management_keys.c
    row = await tx.one_or_none(
        select(management_keys)
        .join_from(management_keys, users, users.c.id == keys.created_by)
        .where(keys.key_hash == key_hash, keys.expiry_date > now, ~keys.disabled, users.c.state == "active")
    )
    if row is None:
        return None
    is_stale = or_(keys.last_used.is_(None), keys.last_used < now - _LAST_USED_STEP)
    await tx.execute(update(management_keys).where(keys.id == row.id, is_stale).values(last_used=now))
    allowed = row.allowed_application_ids
    caller = Caller(
        account_id=row.account_id,
        user_id=row.created_by,
        management_key_id=row.id,
        allowed_application_ids=frozenset(allowed) if allowed else None,
    )
    endpoints = tuple(msgspec.convert(row.endpoints, list[Endpoint]))
    return Credential(caller=caller, expires=row.expiry_date, endpoints=endpoints)


async def find_user(tx: Transaction, token_hash: bytes, now: datetime) -> Credential | None:
    """Return the user behind a token. A user who is no administrator may only log out: roles give further rights."""
    row = await tx.one_or_none(_user_of_token(token_hash, now))
    if row is None:
        return None
    caller = Caller(account_id=row.account_id, user_id=row.id, is_admin=row.is_admin)
    return Credential(caller=caller, expires=row.expires, endpoints=None if row.is_admin else (_LOG_OUT,))


def _user_of_token(token_hash: bytes, now: datetime) -> Select[Any]:
    return (
        select(users.c.id, users.c.account_id, users.c.is_admin, user_tokens.c.expires)
        .join_from(user_tokens, users, users.c.id == user_tokens.c.user_id)
        .where(user_tokens.c.token_hash == token_hash, user_tokens.c.expires > now, users.c.state == "active")
    )


#: By the first word of the Authorization header (behaviour/requests 4).
FINDERS: dict[str, Callable[[Transaction, bytes, datetime], Awaitable[Credential | None]]] = {
    "ApiKey-v1": find_integration,
    "ManagementKey-v1": find_management,
    "Bearer": find_user,
}
