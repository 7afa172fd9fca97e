"""Applications in the database."""

from __future__ import annotations

from sqlalchemy import select

from tercel.base.errors import ForbiddenError, NotFoundError
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller


async def require_application(tx: Transaction, caller: Caller, application_id: int) -> int:
    """The id again, when the application exists and the caller may use it.

    Raises:
        NotFoundError: no such application in the caller's account.
        ForbiddenError: the caller's key is for other applications.
    """
    statement = select(applications.c.id).where(
        applications.c.id == application_id, applications.c.account_id == caller.account_id
    )
    if await tx.scalar(statement) is None:
        raise NotFoundError(f"application `{application_id}` does not exist")
    if not caller.may_use(application_id):
        raise ForbiddenError(f"this key may not use application `{application_id}`")
    return application_id
