"""The applications that a definition of the account is available in: attributes and additional costs name them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from tercel.base.errors import InvalidError, Problem
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction

_POINTER = "/subscribedApplicationsIds"


async def check_applications(tx: Transaction, account_id: int, ids: Sequence[int]) -> None:
    """Make sure that all ids are applications of the account.

    Raises:
        InvalidError: some are not; each has its problem.
    """
    if not ids:
        return
    known = set(
        await tx.scalars(
            select(applications.c.id).where(
                applications.c.account_id == account_id, applications.c.id.in_(ids)
            )
        )
    )
    problems = [
        Problem(
            title="Unknown",
            details=f"there is no application `{application_id}`",
            pointer=f"{_POINTER}/{index}",
        )
        for index, application_id in enumerate(ids)
        if application_id not in known
    ]
    if problems:
        raise InvalidError(*problems)
