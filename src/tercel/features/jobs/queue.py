"""The queue: which job is next, and which worker holds it (ADR 0019, 0053).

A request writes its job in its own transaction, so there is a job exactly when the request was kept. A worker that
takes a job holds it for some seconds, and each step holds it for some more; a process that dies lets go by falling
silent. The number of the attempt tells a holder that was only asleep that another worker went on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from tercel.base.errors import TooManyRequestsError
from tercel.base.limits import JOBS_PENDING_MAX
from tercel.database.tables.jobs import jobs
from tercel.database.transaction import Transaction
from tercel.features.jobs.model import NewJob, OpenJob, Status, Step

PENDING: Status = "pending"
HOLD = timedelta(seconds=15)


class Held(msgspec.Struct, frozen=True):
    """A held job, with the number of the attempt."""

    id: int
    attempt: int


async def request_job(tx: Transaction, new: NewJob) -> int:
    """Queue a job when this transaction commits; its id.

    Raises:
        TooManyRequestsError: too many jobs of the application, or of the account alone, are waiting.
    """
    if new.application_id is None:
        owner, own = "account", and_(jobs.c.account_id == new.account_id, jobs.c.application_id.is_(None))
    else:
        owner, own = "application", jobs.c.application_id == new.application_id
    waiting = await tx.scalar(select(func.count()).where(own, jobs.c.status == PENDING))
    if waiting >= JOBS_PENDING_MAX:
        message = f"{JOBS_PENDING_MAX} jobs of this {owner} are waiting: try again when one is finished"
        raise TooManyRequestsError(message)
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    job_id: int = await tx.scalar(insert(jobs).values(**values, status=PENDING).returning(jobs.c.id))
    return job_id


async def take_job(tx: Transaction) -> Held | None:
    """Hold the oldest free job; return its hold, or None when there is none.

    Jobs of one line run one after the other, so that what was asked for first is done first.
    """
    row = await tx.one_or_none(_TAKE)
    return None if row is None else Held(row.id, row.attempts)


def _take() -> ReturningUpdate[tuple[int, int]]:
    older = jobs.alias("older")
    is_first = ~exists().where(older.c.line == jobs.c.line, older.c.status == PENDING, older.c.id < jobs.c.id)
    is_free = or_(jobs.c.held_until.is_(None), jobs.c.held_until < func.now())
    oldest = (
        select(jobs.c.id)
        .where(jobs.c.status == PENDING, is_free, is_first)
        .order_by(jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=jobs)
    )
    return (
        update(jobs)
        .where(jobs.c.id == oldest.scalar_subquery())
        .values(held_until=func.now() + HOLD, attempts=jobs.c.attempts + 1)
        .returning(jobs.c.id, jobs.c.attempts)
    )


# Built once: every process looks for jobs a few times a second, for ever.
_TAKE = _take()


async def let_go(tx: Transaction, held: Held) -> None:
    """Release a job."""
    mine = (jobs.c.id == held.id, jobs.c.attempts == held.attempt)
    await tx.execute(update(jobs).where(*mine).values(held_until=None))


async def open_job(tx: Transaction, held: Held) -> OpenJob | None:
    """Lock a held job until the transaction ends; return None when it is finished, or another process took it over."""
    statement = select(jobs).where(
        jobs.c.id == held.id, jobs.c.attempts == held.attempt, jobs.c.status == PENDING
    )
    row = await tx.one_or_none(statement.with_for_update())
    if row is None:
        return None
    return OpenJob(**{name: getattr(row, name) for name in OpenJob.__struct_fields__})


async def note_step(tx: Transaction, job: OpenJob, step: Step) -> None:
    """Add what a step did to what was done, and hold the job for the next one."""
    values: dict[str, Any] = {
        "done": job.done + step.done,
        "position": step.position,
        "held_until": func.clock_timestamp() + HOLD,
    }
    if step.total is not None:
        values["total"] = step.total
    await tx.execute(update(jobs).where(jobs.c.id == job.id).values(**values))


async def finish_job(tx: Transaction, job_id: int, status: Status, message: str | None = None) -> str | None:
    """End a job that is not finished yet; its kind, None when it was finished already."""
    which = update(jobs).where(jobs.c.id == job_id, jobs.c.status == PENDING)
    ended = which.values(status=status, finished=func.now(), held_until=None, message=message)
    kind: str | None = await tx.scalar(ended.returning(jobs.c.kind))
    return kind
