"""Reasons why a key or token is refused, for its holder.

Only who has the whole secret gets here with a digest that is known, so it may be told what became of it. Of a secret
that is unknown, or not known any more, only that is told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, select

from tercel.database.tables.accounts import management_keys, user_tokens
from tercel.database.tables.applications import application_keys
from tercel.database.transaction import Transaction

#: By scheme: what the secret is called, where it is kept, and the columns of its digest and its end.
_KINDS: dict[str, tuple[str, Table, str, str]] = {
    "ApiKey-v1": ("an integration key", application_keys, "key_hash", "expires"),
    "ManagementKey-v1": ("a management key", management_keys, "key_hash", "expiry_date"),
    "Bearer": ("a token", user_tokens, "token_hash", "expires"),
}


async def why_refused(tx: Transaction, scheme: str, secret_hash: bytes, now: datetime) -> str:
    """Return why a secret under a scheme is not valid."""
    for known, (called, table, digest, end) in _KINDS.items():
        expires = await tx.scalar(select(table.c[end]).where(table.c[digest] == secret_hash))
        if expires is None:
            continue
        if known != scheme:
            return f"this is {called}, which comes as `{known} …`"
        if expires <= now:
            return f"it ended on {expires:%Y-%m-%d}"
        return "it is disabled, or its user is"
    return "this installation has none like it"
