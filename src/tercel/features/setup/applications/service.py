"""Creating, reading, changing and deleting applications (behaviour/campaigns 1)."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from tercel.base.errors import ConflictError, NotFoundError, Problem
from tercel.database.deletion import delete_belongings, disconnect
from tercel.database.revisions import hold_decisions, touch_application
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import require_all_applications
from tercel.features.setup.applications import store
from tercel.features.setup.applications.checks import check, check_change, refuse
from tercel.features.setup.applications.model import Application, NewApplication, UpdateApplication
from tercel.ledger.counting import count_periods
from tercel.ledger.deleting import delete_counters, delete_sessions

#: Columns whose names differ from the wire's.
_COLUMNS = {
    "default_discount_additional_cost_per_item_scope": "default_item_scope",
    "cap_discounts": "caps_discounts",
}


async def create_application(tx: Transaction, caller: Caller, new: NewApplication) -> Application:
    """Create an application with its base evaluation group.

    Raises:
        ForbiddenError: the caller's key is for some applications.
        InvalidError: values that cannot be accepted, all of them.
        ConflictError: the name is taken.
    """
    require_all_applications(caller, "this would be another one")
    refuse(await check(tx, caller.account_id, new))
    application_id = await store.insert_application(tx, _columns(new) | {"account_id": caller.account_id})
    if application_id is None:
        raise _name_taken(new.name)
    group_id = await store.insert_base_group(tx, application_id)
    await store.update_application(tx, application_id, {"default_evaluation_group_id": group_id})
    return await get_application(tx, caller, application_id)


async def get_application(tx: Transaction, caller: Caller, application_id: int) -> Application:
    """Return one application.

    Raises:
        NotFoundError: no such application in the caller's account.
        ForbiddenError: the caller's key is for other applications.
    """
    return store.application_from_row(await store.get_row(tx, caller, application_id))


async def find_application(tx: Transaction, caller: Caller, name_or_id: str) -> Application:
    """Return the application with this name, else the one with this id.

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
        ConflictError: the name is taken, or there are sessions in the currency of before.
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
    if changed.currency != current.currency:
        await hold_decisions(tx, application_id)
        if await store.has_sessions(tx, application_id):
            details = f"the application has sessions, whose amounts are in `{current.currency}`"
            raise ConflictError(details, [Problem(title="readOnly", details=details, pointer="/currency")])
    if changed.timezone != current.timezone:
        await hold_decisions(tx, application_id)
        await count_periods(tx, application_id)
    return await get_application(tx, caller, application_id)


async def delete_application(tx: Transaction, caller: Caller, application_id: int) -> None:
    """Delete an application with its keys, stores, campaigns, codes, counters and sessions.

    Customers remain; their figures no longer count its sessions. Loyalty programs remain, connected with it no more. An order that was decided before is not committed after.

    Raises:
        NotFoundError: no such application in the caller's account.
        ForbiddenError: the caller's key is for other applications.
    """
    await store.require_application(tx, caller, application_id)
    await touch_application(tx, application_id)
    await _delete_content(tx, application_id)
    await hold_decisions(tx, application_id)
    await _delete_content(tx, application_id)  # the little that was made meanwhile
    await delete_counters(tx, application_id)
    await store.delete_application(tx, application_id)


async def _delete_content(tx: Transaction, application_id: int) -> None:
    await delete_sessions(tx, application_id)
    await delete_belongings(tx, application_id=application_id)
    await disconnect(tx, application_id)


def _columns(given: NewApplication | UpdateApplication) -> dict[str, Any]:
    """Return the columns for the fields that were sent."""
    values = {name: getattr(given, name) for name in given.__struct_fields__ if name != "key"}
    return {_COLUMNS.get(name, name): value for name, value in values.items() if value is not UNSET}


def _name_taken(name: str) -> ConflictError:
    details = f"there is already an application with the name `{name}`"
    return ConflictError(details, [Problem(title="unique", details=details, pointer="/name")])
