"""Writing what drafts changed, and whether somebody else was first."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import AsyncConnection

from tercel.features.aggregates import ORDER
from tercel.pipeline.aggregate import Work
from tercel.pipeline.lost import lost_to
from tercel.pipeline.write import write


async def is_lost(connection: AsyncConnection[Any], work: Work) -> bool:
    """Whether writing is refused because somebody else was first."""
    try:
        await write(connection, ORDER.writes, work)
    except psycopg.Error as error:
        return (lost_to(error) or "").startswith("guard_")
    return False
