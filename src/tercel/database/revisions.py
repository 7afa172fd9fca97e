"""Revisions: numbers that rise with each change that an evaluation could notice. Caches compare them.

What was decided on a revision is committed only while it is the newest. Else an order that was decided under a higher limit
could still use it after the edit was answered. Therefore both sides take an advisory lock of the account as the
last thing before their commit: decisions share it, compare, and then move counters; edits take it exclusively.
A holder waits for nothing but counters of other holders, and the commit; so there is no deadlock, and a
change that takes long holds up no order, unless it is one that has to count anew (``hold_decisions``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, update

from tercel.base.errors import NotFoundError
from tercel.database.tables.accounts import accounts
from tercel.database.tables.applications import applications
from tercel.database.transaction import Transaction

_LOCK = "revisions"

# The locks of a batch are taken in one order, as always.
SHARE_REVISIONS = f"""SELECT pg_advisory_xact_lock_shared(k.key) FROM (
        SELECT DISTINCT hashtextextended('{_LOCK}', a.account_id) AS key
        FROM jsonb_to_recordset(%s::jsonb) AS r(id BIGINT) JOIN applications AS a USING (id) ORDER BY 1) AS k"""

# Not one statement with the lock: only what begins after it was granted sees what its last holder wrote.
EXPECT_REVISIONS = """SELECT tercel_expect((
        SELECT count(*) FROM jsonb_to_recordset(%s::jsonb) AS r(id BIGINT, own BIGINT, account BIGINT)
        JOIN applications AS a ON a.id = r.id AND a.revision = r.own
        JOIN accounts AS c ON c.id = a.account_id AND c.revision = r.account), %s, 'revisions')"""


async def touch_application(tx: Transaction, application_id: int) -> int:
    """Raise the application's revision in this transaction; the new one.

    Concurrent changes of one application wait for each other here until they commit, so revisions become visible in
    order and a cache that has seen one has seen all before it.

    Raises:
        NotFoundError: it does not exist, or not any more.
    """
    row = await tx.one_or_none(
        update(applications)
        .where(applications.c.id == application_id)
        .values(revision=applications.c.revision + 1)
        .returning(applications.c.revision, applications.c.account_id)
    )
    if row is None:
        raise NotFoundError(f"application `{application_id}` does not exist")
    _lock_at_the_end(tx, row.account_id)
    revision: int = row.revision
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
    _lock_at_the_end(tx, account_id)
    return revision


async def hold_decisions(tx: Transaction, application_id: int) -> None:
    """From now to the end of the transaction nothing is decided and committed in the application's account.

    The holder may write what decisions write under the same lock, counters above all; it is for the end of a
    transaction, as all orders of the account wait.
    """
    account = select(applications.c.account_id).where(applications.c.id == application_id)
    await tx.execute(_exclusive(account.scalar_subquery()))


def _lock_at_the_end(tx: Transaction, account_id: int) -> None:
    tx.before_commit[_LOCK, account_id] = _exclusive(account_id)


def _exclusive(account_id: Any) -> Select[Any]:
    return select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, account_id)))
