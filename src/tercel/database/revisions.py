"""Revisions: numbers that rise with each change that an evaluation could notice. Caches compare them.

What was decided on a revision is committed only while it is the newest. Else an order that was decided under a higher limit
could still use it after the answer to whoever lowered it. Therefore both sides take an advisory lock of the account as the
last thing before their commit: whoever decided shares it and then compares, whoever changed something has it alone. Holding it
nobody waits for anything but the commit, so nobody waits in a circle, and a change that takes long holds up no order.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

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


def _lock_at_the_end(tx: Transaction, account_id: int) -> None:
    key = func.hashtextextended(_LOCK, account_id)
    tx.before_commit[_LOCK, account_id] = select(func.pg_advisory_xact_lock(key))
