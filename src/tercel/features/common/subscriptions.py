"""The applications that a definition of the account is available in: attributes, webhooks and others name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from tercel.base.errors import InvalidError, Problem
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction

_POINTER = "/subscribedApplicationsIds"


def is_available(ids: ColumnElement[Any], application_id: int) -> ColumnElement[bool]:
    """Whether a definition with these application ids may be used in an application; without any it may be everywhere."""
    return or_(func.jsonb_array_length(ids) == 0, ids.contains([application_id]))


async def check_applications(
    tx: Transaction, account_id: int, ids: Sequence[int], pointer: str = _POINTER
) -> None:
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
            pointer=f"{pointer}/{index}",
        )
        for index, application_id in enumerate(ids)
        if application_id not in known
    ]
    if problems:
        raise InvalidError(*problems)
