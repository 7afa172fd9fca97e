"""Revisions: numbers that rise with each change that an evaluation could notice. Caches compare them."""

from __future__ import annotations

from sqlalchemy import update

from tercel.database.tables.accounts import accounts
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction


async def touch_application(tx: Transaction, application_id: int) -> int:
    """Raise the application's revision in this transaction; the new one.

    Concurrent changes of one application wait for each other here until they commit, so revisions become visible in
    order and a cache that has seen one has seen all before it.
    """
    statement = (
        update(applications)
        .where(applications.c.id == application_id)
        .values(revision=applications.c.revision + 1)
        .returning(applications.c.revision)
    )
    revision: int = await tx.scalar(statement)
    return revision


async def touch_account(tx: Transaction, account_id: int) -> int:
    """Raise the account's revision in this transaction, for definitions that all applications share; the new one."""
    statement = (
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(revision=accounts.c.revision + 1)
        .returning(accounts.c.revision)
    )
    revision: int = await tx.scalar(statement)
    return revision
