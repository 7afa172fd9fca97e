"""Creating, reading, changing and deleting applications (management.md 3.1)."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from tercel.base.errors import ConflictError, NotFoundError, Problem
from tercel.database.revisions import touch_application
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.features.applications import store
from tercel.features.applications.checks import check, check_change, refuse
from tercel.features.applications.model import Application, NewApplication, UpdateApplication
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by

_SORTABLE = {
    "id": applications.c.id,
    "name": applications.c.name,
    "created": applications.c.created,
    "modified": applications.c.modified,
}
#: Columns whose names differ from the wire's.
_COLUMNS = {
    "default_discount_additional_cost_per_item_scope": "default_item_scope",
    "cap_discounts": "caps_discounts",
}


async def create_application(tx: Transaction, caller: Caller, new: NewApplication) -> Application:
    """Create an application with its base evaluation group.

    Raises:
        InvalidError: values that cannot be accepted, all of them.
        ConflictError: the name is taken.
    """
    refuse(await check(tx, caller.account_id, new))
    application_id = await store.insert_application(tx, _columns(new) | {"account_id": caller.account_id})
    if application_id is None:
        raise _name_taken(new.name)
    group_id = await store.insert_base_group(tx, application_id)
    await store.update_application(tx, application_id, {"default_evaluation_group_id": group_id})
    return await get_application(tx, caller, application_id)


async def list_applications(tx: Transaction, caller: Caller, page: PageRequest) -> Page[Application]:
    """One page of the applications that the caller may use."""
    statement = store.select_applications(caller.account_id)
    if caller.allowed_application_ids is not None:
        statement = statement.where(applications.c.id.in_(caller.allowed_application_ids))
    statement = order_by(statement, page.sort, allowed=_SORTABLE, default=applications.c.id)
    return await fetch_page(tx, statement, page, counted=True, row=store.application_from_row)


async def get_application(tx: Transaction, caller: Caller, application_id: int) -> Application:
    """One application.

    Raises:
        NotFoundError: no such application in the caller's account.
        ForbiddenError: the caller's key is for other applications.
    """
    return store.application_from_row(await store.get_row(tx, caller, application_id))


async def find_application(tx: Transaction, caller: Caller, name_or_id: str) -> Application:
    """The application with this name, else the one with this id.

    Raises:
        NotFoundError: neither exists.
    """
    statement = store.select_applications(caller.account_id).where(applications.c.name == name_or_id)
    row = await tx.one_or_none(statement)
    if row is not None:
        return store.application_from_row(row)
    if not name_or_id.isascii() or not name_or_id.isdigit():
        raise NotFoundError(f"there is no application with the name `{name_or_id}`")
    return await get_application(tx, caller, int(name_or_id))


async def update_application(
    tx: Transaction, caller: Caller, application_id: int, changed: UpdateApplication
) -> Application:
    """Change an application; fields that were not sent stay.

    Raises:
        InvalidError: values that cannot be accepted, all of them.
        ConflictError: the name is taken.
    """
    current = await store.get_row(tx, caller, application_id)
    problems = [*await check(tx, caller.account_id, changed), *check_change(current, changed)]
    group_id = changed.default_evaluation_group_id
    if group_id is not UNSET and not await store.group_exists(tx, application_id, group_id):
        details = f"there is no evaluation group `{group_id}`"
        problems.append(Problem(title="Unknown", details=details, pointer="/defaultEvaluationGroupId"))
    refuse(problems)
    if await store.name_is_taken(tx, caller.account_id, changed.name, by_other_than=application_id):
        raise _name_taken(changed.name)
    await store.update_application(tx, application_id, _columns(changed))
    await touch_application(tx, application_id)
    return await get_application(tx, caller, application_id)


async def delete_application(tx: Transaction, caller: Caller, application_id: int) -> None:
    """Delete an application with its keys, stores, campaigns, codes and sessions; customer profiles remain.

    Raises:
        NotFoundError: no such application in the caller's account.
        ForbiddenError: the caller's key is for other applications.
    """
    await store.require_application(tx, caller, application_id)
    await store.delete_application(tx, application_id)


def _columns(given: NewApplication | UpdateApplication) -> dict[str, Any]:
    """The columns for the fields that were sent."""
    values = {name: getattr(given, name) for name in given.__struct_fields__ if name != "key"}
    return {_COLUMNS.get(name, name): value for name, value in values.items() if value is not UNSET}


def _name_taken(name: str) -> ConflictError:
    details = f"there is already an application with the name `{name}`"
    return ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])
