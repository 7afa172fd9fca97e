"""What every session of the database gets, also where a pooler between takes no options with the connection."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import text

from tercel.database.engine import Database
from tercel.database.options import BY_KEY, SESSION_OPTIONS
from tercel.settings import Settings

pytestmark = pytest.mark.anyio

_SETTINGS = "SELECT name, current_setting(name) FROM unnest(ARRAY[{}]) AS n(name)".format(
    ", ".join(f"'{name}'" for name in SESSION_OPTIONS | BY_KEY)
)


async def _seen(database: Database) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of both kinds of connections: those of the pipeline, and all others."""
    async with database.connection() as connection:
        of_pipeline = dict(await (await connection.execute(_SETTINGS.encode())).fetchall())
    async with database.transaction() as tx:
        of_others = {row.name: row.current_setting for row in await tx.all(text(_SETTINGS))}
    return of_pipeline, of_others


async def test_they_are_set_once_connected(database: Database) -> None:
    of_pipeline, of_others = await _seen(database)
    assert of_pipeline == SESSION_OPTIONS | BY_KEY
    assert of_others == SESSION_OPTIONS | dict.fromkeys(BY_KEY, "on")


async def test_none_is_sent_with_the_connection(database: Database) -> None:
    """A pooler would refuse it, or forget it."""
    async with database.connection() as connection:
        assert "options" not in connection.info.get_parameters()


async def test_the_address_wins(database_url: str, settings: Settings) -> None:
    own = make_conninfo(database_url, options="-c lock_timeout=7s --enable-seqscan=on")
    database = await Database.open(own, settings)
    try:
        of_pipeline, of_others = await _seen(database)
    finally:
        await database.close()
    assert (of_pipeline["lock_timeout"], of_others["lock_timeout"]) == ("7s", "7s")
    assert of_pipeline == SESSION_OPTIONS | BY_KEY | {"lock_timeout": "7s", "enable_seqscan": "on"}
