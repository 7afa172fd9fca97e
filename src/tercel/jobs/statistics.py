"""Every second: statistics for tables that have just got their first rows, or many more than they had."""

from __future__ import annotations

import structlog

from tercel.database.engine import Database
from tercel.database.statistics import analyse_grown_tables
from tercel.jobs.stopping import rest

_EVERY_S = 1.0
_log = structlog.get_logger(__name__)


async def keep_statistics(database: Database) -> None:
    """Look for such tables until cancelled; a failure is logged and the next look tries again."""
    while True:
        try:
            async with database.connection() as connection:
                await analyse_grown_tables(connection)
        except Exception as error:  # noqa: BLE001  # a database that is away must not end all later looks
            _log.warning("tables could not be analysed", error=str(error))
        await rest(_EVERY_S)
