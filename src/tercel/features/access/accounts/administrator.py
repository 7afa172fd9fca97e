"""The first administrator: in whose name commands of the command line act."""

from __future__ import annotations

from sqlalchemy import select

from tercel.base.errors import NotFoundError
from tercel.database.tables.accounts import users
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller


async def get_administrator(tx: Transaction) -> Caller:
    """Return the oldest active administrator.

    Raises:
        NotFoundError: this installation has not been set up yet.
    """
    statement = (
        select(users.c.id, users.c.account_id)
        .where(users.c.is_admin, users.c.state == "active")
        .order_by(users.c.id)
        .limit(1)
    )
    row = await tx.one_or_none(statement)
    if row is None:
        raise NotFoundError("there is no administrator yet: start `tercel serve` once")
    return Caller(account_id=row.account_id, user_id=row.id, is_admin=True)
