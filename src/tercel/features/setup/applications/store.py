"""Applications in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from tercel.base.errors import ForbiddenError, NotFoundError
from tercel.database.revisions import end_revisions, start_revisions
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import evaluation_groups
from tercel.database.tables.sessions import sessions
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller
from tercel.features.common.limits import LimitConfig
from tercel.features.setup.applications.model import Application, AttributesSettings


async def require_application(tx: Transaction, caller: Caller, application_id: int) -> int:
    """Return the id again, when the application exists and the caller may use it.

    Raises:
        NotFoundError: no such application in the caller's account.
        ForbiddenError: the caller's key is for other applications.
    """
    await get_row(tx, caller, application_id)
    return application_id


async def get_row(tx: Transaction, caller: Caller, application_id: int) -> Row[Any]:
    """Return the row of an application that the caller may use; raises like ``require_application``."""
    row = await tx.one_or_none(
        select_applications(caller.account_id).where(applications.c.id == application_id)
    )
    if row is None:
        raise NotFoundError(f"application `{application_id}` does not exist")
    if not caller.may_use(application_id):
        raise ForbiddenError(f"this key may not use application `{application_id}`")
    return row


def select_applications(account_id: int) -> Select[Any]:
    """Select all applications of an account."""
    return select(applications).where(applications.c.account_id == account_id)


async def insert_application(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """Write a new application; None when its name is taken in the account."""
    statement = insert(applications).values(**values).on_conflict_do_nothing().returning(applications.c.id)
    application_id: int | None = await tx.scalar(statement)
    if application_id is not None:
        await start_revisions(tx, application_id)
    return application_id


async def insert_base_group(tx: Transaction, application_id: int) -> int:
    """Write the root of the evaluation tree, in which every campaign has its turn (behaviour/groups 1)."""
    statement = (
        insert(evaluation_groups)
        .values(
            application_id=application_id,
            name="Base group",
            description="",
            evaluation_mode="stackable",
            evaluation_scope="session",
        )
        .returning(evaluation_groups.c.id)
    )
    group_id: int = await tx.scalar(statement)
    return group_id


async def update_application(tx: Transaction, application_id: int, values: Mapping[str, Any]) -> None:
    """Write changed columns."""
    statement = update(applications).where(applications.c.id == application_id)
    await tx.execute(statement.values(**values, modified=func.now()))


async def name_is_taken(tx: Transaction, account_id: int, name: str, *, by_other_than: int) -> bool:
    """Tell whether another application of the account has this name."""
    statement = select_applications(account_id).where(
        applications.c.name == name, applications.c.id != by_other_than
    )
    return await tx.one_or_none(statement) is not None


async def group_exists(tx: Transaction, application_id: int, group_id: int) -> bool:
    """Tell whether the application has this evaluation group."""
    groups = evaluation_groups.c
    statement = select(groups.id).where(groups.id == group_id, groups.application_id == application_id)
    return await tx.scalar(statement) is not None


async def has_sessions(tx: Transaction, application_id: int) -> bool:
    """Tell whether the application has any session."""
    statement = select(sessions.c.id).where(sessions.c.application_id == application_id).limit(1)
    return await tx.scalar(statement) is not None


async def delete_application(tx: Transaction, application_id: int) -> None:
    """Delete an application whose content is deleted."""
    await end_revisions(tx, application_id)
    await tx.execute(delete(applications).where(applications.c.id == application_id))


def application_from_row(row: Row[Any]) -> Application:
    """Return a row as it goes over the wire."""
    return Application(
        id=row.id,
        created=row.created,
        modified=row.modified or row.created,
        account_id=row.account_id,
        name=row.name,
        description=row.description or "",
        timezone=row.timezone,
        currency=row.currency,
        case_sensitivity=row.case_sensitivity,
        attributes=row.attributes,
        limits=msgspec.convert(row.limits, list[LimitConfig]),
        default_discount_scope=row.default_discount_scope,
        default_discount_additional_cost_per_item_scope=row.default_item_scope,
        enable_cascading_discounts=row.enable_cascading_discounts,
        enable_flattened_cart_items=row.enable_flattened_cart_items,
        enable_partial_discounts=row.enable_partial_discounts,
        enable_campaign_state_management=row.enable_campaign_state_management,
        attributes_settings=msgspec.convert(row.attributes_settings, AttributesSettings),
        sandbox=row.sandbox,
        default_evaluation_group_id=UNSET
        if row.default_evaluation_group_id is None
        else row.default_evaluation_group_id,
        default_cart_item_filter_id=UNSET
        if row.default_cart_item_filter_id is None
        else row.default_cart_item_filter_id,
        cap_discounts=row.caps_discounts,
    )
