"""Ids that are known before the row is written."""

import pytest

from tercel.database.engine import Database
from tercel.database.ids import IdAllocator
from tercel.database.tables.sequences import ALL

pytestmark = pytest.mark.anyio


async def test_every_sequence_gives_ids(database: Database) -> None:
    ids = IdAllocator()
    async with database.connection() as connection:
        for name in ALL:
            assert len(await ids.take(connection, name, 3)) == 3


async def test_no_two_processes_get_the_same_id(database: Database) -> None:
    first, second = IdAllocator(), IdAllocator()
    async with database.connection() as connection:
        taken = [
            number
            for count in (1, 700, 2, 1_300)
            for allocator in (first, second)
            for number in await allocator.take(connection, "sessions", count)
        ]
        cursor = await connection.execute("SELECT nextval('sessions_id_seq')")
        (next_by_default,) = await cursor.fetchone() or (0,)
    assert len(set(taken)) == len(taken) == 2 * 2_003
    assert next_by_default not in taken


async def test_ids_given_back_are_taken_again(database: Database) -> None:
    ids = IdAllocator()
    async with database.connection() as connection:
        unused = await ids.take(connection, "events", 2)
        ids.give_back("events", unused)
        taken = {number for _ in range(500) for number in await ids.take(connection, "events", 1)}
    assert set(unused) <= taken
