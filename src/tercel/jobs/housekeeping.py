"""What a serving process does by the clock: partitions made ahead, answers of old requests forgotten.

Every process does it; advisory locks and plain deletes make that harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from tercel.base.limits import IDEMPOTENCY_HOURS, JOB_DAYS
from tercel.database.engine import Database
from tercel.database.partitions import ensure_partitions
from tercel.jobs.stopping import rest
from tercel.telemetry.metrics import processes as metrics
from tercel.telemetry.stages import Stage

_EVERY = timedelta(hours=1)
_FORGET_ANSWERS = "DELETE FROM idempotency WHERE created < %s"
_FORGET_LOG_INS = "DELETE FROM log_in_attempts WHERE until < %s"
_FORGET_JOBS = "DELETE FROM jobs WHERE finished < %s"
_log = structlog.get_logger(__name__)


async def keep_house(database: Database, clock: Callable[[], datetime]) -> None:
    """Tidy up once an hour until cancelled; a failure is logged and the next hour tries again."""
    while True:
        try:
            with Stage("job.housekeeping", metrics.JOB_SECONDS.labels("housekeeping"), origins=()):
                await tidy_up(database, clock())
        except Exception:  # noqa: BLE001  # a bad hour must not end all others
            metrics.JOB_FAILURES.labels("housekeeping").inc()
            _log.exception("housekeeping failed")
        await rest(_EVERY.total_seconds())


async def tidy_up(database: Database, now: datetime) -> None:
    """Make the partitions of the coming months and delete rows that have expired."""
    async with database.connection() as connection:
        await ensure_partitions(connection, now.date())
        await connection.execute(_FORGET_ANSWERS, [now - timedelta(hours=IDEMPOTENCY_HOURS)])
        await connection.execute(_FORGET_LOG_INS, [now])
        await connection.execute(_FORGET_JOBS, [now - timedelta(days=JOB_DAYS)])
