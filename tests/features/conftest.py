"""An account with a user and an application with its base group, in a database of the test's own."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, insert, select, update

from tercel.database.engine import Database
from tercel.database.revisions import start_revisions
from tercel.database.tables.accounts import accounts, users
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import evaluation_groups
from tercel.database.transaction import Transaction
from tercel.features.common.caller import Caller


async def make_caller(tx: Transaction, name: str = "Ada Example") -> Caller:
    account_id = await tx.scalar(insert(accounts).values(name="Shop").returning(accounts.c.id))
    user = {"account_id": account_id, "email": f"{account_id}@example.com", "name": name, "state": "active"}
    user_id = await tx.scalar(insert(users).values(**user).returning(users.c.id))
    return Caller(account_id=account_id, user_id=user_id)


async def make_application(tx: Transaction, caller: Caller, name: str = "Web", **columns: object) -> int:
    values = {
        "account_id": caller.account_id,
        "name": name,
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "case_sensitivity": "insensitive-uppercase",
        "default_discount_scope": "sessionTotal",
        "default_item_scope": "price",
        **columns,
    }
    application_id: int = await tx.scalar(insert(applications).values(**values).returning(applications.c.id))
    await start_revisions(tx, application_id)
    group_id = await make_group(tx, application_id, "Base")
    await tx.execute(
        update(applications)
        .where(applications.c.id == application_id)
        .values(default_evaluation_group_id=group_id)
    )
    return application_id


async def make_group(tx: Transaction, application_id: int, name: str, **columns: object) -> int:
    base = select(func.min(evaluation_groups.c.id)).where(
        evaluation_groups.c.application_id == application_id, evaluation_groups.c.parent_id.is_(None)
    )
    values = {
        "application_id": application_id,
        "parent_id": await tx.scalar(base),
        "name": name,
        "description": "",
        "evaluation_mode": "stackable",
        "evaluation_scope": "session",
        **columns,
    }
    group_id: int = await tx.scalar(
        insert(evaluation_groups).values(**values).returning(evaluation_groups.c.id)
    )
    return group_id


@pytest.fixture
async def tx(database: Database) -> AsyncIterator[Transaction]:
    """One transaction around the whole test."""
    async with database.transaction() as transaction:
        yield transaction


@pytest.fixture
async def caller(tx: Transaction) -> Caller:
    """The user of a fresh account."""
    return await make_caller(tx)


@pytest.fixture
async def application_id(tx: Transaction, caller: Caller) -> int:
    """A fresh application of the caller's account."""
    return await make_application(tx, caller)
