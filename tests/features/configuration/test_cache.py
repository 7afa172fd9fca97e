"""The cache of compiled configurations, beside what the stories over HTTP show of it."""

from __future__ import annotations

import asyncio
from typing import Any, LiteralString

import pytest

from tercel.database.engine import Database
from tercel.features.engine.configuration import cache
from tercel.features.engine.configuration.cache import ConfigurationCache

pytestmark = pytest.mark.anyio

_ACCOUNT: LiteralString = "INSERT INTO accounts (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'Shop')"
_APPLICATION: LiteralString = """INSERT INTO applications (id, account_id, name, timezone, currency, case_sensitivity,
    default_discount_scope, default_item_scope) OVERRIDING SYSTEM VALUE
    VALUES (1, 1, 'Web', 'UTC', 'EUR', 'sensitive', 'sessionTotal', 'price')"""


async def test_what_was_compiled_is_kept_when_its_batch_is_late(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cache.build_program
    built = []

    def build_too_late(*arguments: Any, **options: Any) -> Any:
        task = asyncio.current_task()
        assert task is not None
        if not built:
            task.cancel()  # as the deadline of a batch does while rules are compiled
        built.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(cache, "build_program", build_too_late)
    configurations = ConfigurationCache()

    async def batch() -> int:
        async with database.connection() as connection:
            configuration = await configurations.get(connection, 1)
            await asyncio.sleep(0)
            return configuration.application.id

    async with database.connection() as connection:
        await connection.execute(_ACCOUNT)
        await connection.execute(_APPLICATION)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(batch())
    assert await batch() == 1
    assert len(built) == 1
