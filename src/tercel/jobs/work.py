"""Doing one job: step after step, each in a transaction of its own, until it is finished or can go no further."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy import text

from tercel.base.errors import TercelError, UnavailableError
from tercel.base.limits import JOB_ATTEMPTS_MAX
from tercel.database.engine import Database
from tercel.database.transaction import Transaction
from tercel.features.jobs.model import OpenJob, Status
from tercel.features.jobs.queue import Held, finish_job, note_step, open_job
from tercel.features.jobs.work import KindOfWork, Work
from tercel.features.work import KINDS
from tercel.jobs.stopping import is_told_to_stop
from tercel.telemetry.metrics import processes as metrics
from tercel.telemetry.stages import Stage

_COMPLETED: Status = "completed"
_FAILED: Status = "failed"
_GIVEN_UP = "this job was interrupted too often and is given up: ask again for what is missing"
_UNEXPECTED = "an unexpected error ended this job: the server's log tells more"
_DO_NOT_WAIT_FOR_DISK = text("SET LOCAL synchronous_commit = off")
_log = structlog.get_logger(__name__)


async def do_job(database: Database, held: Held) -> None:
    """Do a job to its end. What makes it fail becomes its message.

    Raises:
        UnavailableError: the database was away or busy; the next process that takes the job continues from here, as after
            a stop.
    """
    if held.attempt > JOB_ATTEMPTS_MAX:
        await _break_off(database, held, _GIVEN_UP)
        return
    try:
        kind: KindOfWork | None = None
        work: Work | None = None
        is_open = True
        while is_open and not is_told_to_stop():
            async with database.transaction() as tx:
                job = await open_job(tx, held)
                if job is None:
                    return
                kind = kind or KINDS[job.kind]
                work = work or kind.begin()
                with Stage(f"job.{job.kind}", metrics.JOB_SECONDS.labels(job.kind), origins=()):
                    is_open = await _take_step(tx, job, work)
    except UnavailableError:
        raise
    except TercelError as error:
        await _fail(database, held, _status(error, kind.endings if kind else {}), _told(error))
    except Exception:
        if is_told_to_stop():
            raise
        _log.exception("job failed", job=held.id)
        await _break_off(database, held, _UNEXPECTED)


async def _take_step(tx: Transaction, job: OpenJob, work: Work) -> bool:
    """Do a part and write it down; whether something is left."""
    step = await work.step(tx, job)
    await note_step(tx, job, step)
    if step.is_last:
        await finish_job(tx, job.id, _COMPLETED)
    else:
        # Because: a power cut that takes a step takes its progress too, and the last commit makes all of them last.
        await tx.execute(_DO_NOT_WAIT_FOR_DISK)
    total = job.total if step.total is None else step.total
    _log.info("job", job=job.id, kind=job.kind, done=job.done + step.done, total=total, finished=step.is_last)
    return not step.is_last


async def _break_off(database: Database, held: Held, message: str) -> None:
    """End a job that failed for no reason of its own, which is for operators to know."""
    kind = await _fail(database, held, _FAILED, message)
    if kind is not None:
        metrics.JOB_FAILURES.labels(kind).inc()


async def _fail(database: Database, held: Held, status: Status, message: str) -> str | None:
    """End a job early; what it did so far stays."""
    _log.warning("job ended early", job=held.id, status=status, message=message)
    async with database.transaction() as tx:
        return await finish_job(tx, held.id, status, message)


def _status(error: TercelError, endings: Mapping[str, Status]) -> Status:
    return next((endings[each.title] for each in error.problems if each.title in endings), _FAILED)


def _told(error: TercelError) -> str:
    return "; ".join(problem.details for problem in error.problems) or error.message
