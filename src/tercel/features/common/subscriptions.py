"""The applications that a thing of the account is for: attributes, webhooks, keys and others name them.

A caller for some applications sees and changes a thing only when all of its applications are the caller's. A thing
that names none is for all applications, and so is hidden from callers who may not use them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from tercel.base.errors import ForbiddenError, InvalidError, Problem
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller

_POINTER = "/subscribedApplicationsIds"


def is_available(ids: ColumnElement[Any], application_id: int) -> ColumnElement[bool]:
    """Return the condition that a definition with these application ids may be used in an application; without ids it
    may be everywhere."""
    return or_(func.jsonb_array_length(ids) == 0, ids.contains([application_id]))


def within_rights(ids: ColumnElement[Any], caller: Caller) -> list[ColumnElement[bool]]:
    """Yield the conditions that narrow a statement to the things the caller may see; ``ids`` holds the applications they are for."""
    allowed = caller.allowed_application_ids
    return [] if allowed is None else [func.jsonb_array_length(ids) > 0, ids.contained_by(sorted(allowed))]


def require_all_applications(caller: Caller, what: str) -> None:
    """Keep callers for some applications away from what is for all.

    Raises:
        ForbiddenError: the caller is one.
    """
    if caller.allowed_application_ids is not None:
        raise ForbiddenError(f"this key is for some applications only, and {what}")


async def check_applications(
    tx: Transaction, caller: Caller, ids: Sequence[int], pointer: str = _POINTER
) -> None:
    """Make sure that all ids are applications of the account, and that the caller may name them.

    Raises:
        ForbiddenError: some, or none and so all of the account, are not the caller's.
        InvalidError: some are not of the account; each has its problem.
    """
    if not ids:
        require_all_applications(caller, "without application ids this is for all: name yours")
    for application_id in ids:
        if not caller.may_use(application_id):
            raise ForbiddenError(f"this key may not use application `{application_id}`")
    if not ids:
        return
    known = set(
        await tx.scalars(
            select(applications.c.id).where(
                applications.c.account_id == caller.account_id, applications.c.id.in_(ids)
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
