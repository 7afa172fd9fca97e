"""Whether a database has the schema that this version of Tercel was written for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from alembic.script import ScriptDirectory
from psycopg import AsyncConnection
from psycopg.errors import UndefinedTable

from tercel.database.migrate import alembic_configuration


async def is_migrated(connection: AsyncConnection[Any]) -> bool:
    """Whether the newest migration is the last that was applied."""
    try:
        cursor = await connection.execute("SELECT version_num FROM alembic_version")
    except UndefinedTable:
        return False
    applied = {row[0] for row in await cursor.fetchall()}
    return applied == {_newest()}


@lru_cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(alembic_configuration()).get_current_head()
