"""Revisions: numbers that rise with each change that an evaluation could notice. Caches compare them.

What was decided on a revision is committed only while it is the newest. Else an order that was decided under a higher limit
could still use it after the edit was answered. Therefore the revisions that are in force stand in ``revisions``, beside the
orders of the application and many times over, in *slots*. As the last thing before its commit a decision shares one slot, if the
revisions are still those that it knows, and then moves counters; an edit writes all slots. A holder waits for nothing but counters of
other holders, and the commit; so there is no deadlock, and a change that takes long holds up no order, unless it is one
that has to count anew (``hold_decisions``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select, text, update

from tercel.base.errors import NotFoundError
from tercel.database.tables.accounts import accounts
from tercel.database.tables.applications import applications, revisions
from tercel.database.transaction import Transaction

_SLOTS = 16

# Because: rows that many share at once cost the server a list of those who do. One connection always has the same slot,
# and few have the same one.
_SLOT = (
    f"SELECT 1 FROM revisions AS v WHERE v.application_id = %s AND v.slot = mod(pg_backend_pid(), {_SLOTS})"
)

SHARE_REVISIONS = f"{_SLOT} FOR SHARE"

# One statement with the lock: a transaction that had to wait for a row sees it as its last holder left it.
EXPECT_REVISIONS = f"""WITH held AS ({_SLOT} AND v.own = %s AND v.account = %s FOR SHARE)
    SELECT tercel_expect((SELECT count(*) FROM held), 1, 'revisions')"""

_START = text(
    f"""INSERT INTO revisions (application_id, slot, own, account)
    SELECT a.id, s.slot, a.revision, c.revision FROM applications AS a JOIN accounts AS c ON c.id = a.account_id
    CROSS JOIN generate_series(0, {_SLOTS - 1}) AS s(slot) WHERE a.id = :application FOR SHARE OF c"""
)


async def start_revisions(tx: Transaction, application_id: int) -> None:
    """Write the slots of a new application, with the revision that its account has until the end of the transaction."""
    await tx.execute(_START, {"application": application_id})


async def end_revisions(tx: Transaction, application_id: int) -> None:
    """Delete the slots of an application that is deleted: nothing is decided for it from then on."""
    await tx.execute(delete(revisions).where(revisions.c.application_id == application_id))


async def touch_application(tx: Transaction, application_id: int) -> int:
    """Raise the application's revision in this transaction; the new one.

    Concurrent changes of one application wait for each other here until they commit, so revisions become visible in
    order and a cache that has seen one has seen all before it.

    Raises:
        NotFoundError: it does not exist, or not any more.
    """
    revision: int | None = await tx.scalar(
        update(applications)
        .where(applications.c.id == application_id)
        .values(revision=applications.c.revision + 1)
        .returning(applications.c.revision)
    )
    if revision is None:
        raise NotFoundError(f"application `{application_id}` does not exist")
    _put_in_force(tx, revisions.c.application_id == application_id, own=revision)
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
    of_account = select(applications.c.id).where(applications.c.account_id == account_id)
    _put_in_force(tx, revisions.c.application_id.in_(of_account), account=revision)
    return revision


async def hold_decisions(tx: Transaction, application_id: int) -> None:
    """Block decisions on the application until the end of this transaction, which has touched it: none is committed
    meanwhile.

    The holder may write what decisions write while they share a slot, counters above all; it is for the end of a
    transaction, as all orders of the application wait.
    """
    await tx.execute(_held(revisions.c.application_id == application_id))


def _put_in_force(tx: Transaction, which: ColumnElement[bool], **revision: int) -> None:
    """Write slots as the last thing before the commit. All transactions lock them in one order, so that there is no
    deadlock."""
    name = next(iter(revision))
    tx.before_commit["hold", name, str(which)] = _held(which)
    tx.before_commit["write", name, str(which)] = update(revisions).where(which).values(revision)


def _held(which: ColumnElement[bool]) -> Any:
    order = (revisions.c.application_id, revisions.c.slot)
    return select(revisions.c.slot).where(which).order_by(*order).with_for_update(key_share=True)
