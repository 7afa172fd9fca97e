"""Many statements in one round trip: their rows, and what becomes of the connection when something goes wrong."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.errors import (
    DivisionByZero,
    DuplicatePreparedStatement,
    InvalidSqlStatementName,
    SyntaxError,  # noqa: A004  # the server's
    UndefinedTable,
)
from psycopg.sql import SQL, Identifier

from tercel.database.engine import Database
from tercel.database.failures import is_passing
from tercel.database.round_trip import BEGIN, COMMIT, STALE, Statement, round_trip
from tercel.pipeline.lost import lost_to
from tests.support.proxy import before_database

pytestmark = pytest.mark.anyio

_ONE = Statement("SELECT 1")
_INSERT = Statement("INSERT INTO tried VALUES (%s)", [b"1"])
_COUNT = Statement("SELECT count(*) FROM tried")


async def _table(connection: AsyncConnection[Any]) -> None:
    await connection.execute("CREATE TEMPORARY TABLE tried (number int CHECK (number < 100))")


async def test_each_statement_has_its_rows(database: Database) -> None:
    typed = Statement(
        "SELECT r.number, r.text FROM jsonb_to_recordset(%s::jsonb) AS r(number numeric, text text)",
        [b'[{"number": 1.50, "text": "a"}, {"text": null}]'],
    )
    async with database.connection() as connection:
        for _ in range(2):  # prepared, then known
            assert await round_trip(connection, [typed, Statement("SELECT 1 WHERE false"), _ONE]) == [
                [(Decimal("1.50"), "a"), (None, None)],
                [],
                [(1,)],
            ]
        assert await round_trip(connection, []) == []


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (Statement("SELECT 1 / %s::int", [b"0"]), DivisionByZero),
        (Statement("SELECT FROM WHERE"), SyntaxError),
        (Statement("SELECT * FROM nowhere"), UndefinedTable),
    ],
)
async def test_a_failure_undoes_everything(
    database: Database, broken: Statement, error: type[psycopg.Error]
) -> None:
    async with database.connection() as connection:
        await _table(connection)
        for _ in range(2):
            with pytest.raises(error):
                await round_trip(connection, [BEGIN, _INSERT, broken, _INSERT, COMMIT])
            assert await round_trip(connection, [_COUNT]) == [[(0,)]]
        await round_trip(connection, [BEGIN, _INSERT, COMMIT])
        assert await round_trip(connection, [_COUNT]) == [[(1,)]]


async def test_it_is_part_of_a_transaction_under_way(database: Database) -> None:
    async with database.connection() as connection:
        await _table(connection)
        async with connection.transaction(force_rollback=True):
            await round_trip(connection, [_INSERT])
            assert await round_trip(connection, [_COUNT]) == [[(1,)]]
        assert await round_trip(connection, [_COUNT]) == [[(0,)]]


async def test_neither_side_waits_for_the_other_to_read(database: Database) -> None:
    """More goes out, and comes back, than the buffers between the two hold."""
    document = b'[{"text": "' + b"x" * 1_000_000 + b'"}]'
    echo = Statement("SELECT r.text FROM jsonb_to_recordset(%s::jsonb) AS r(text text)", [document])
    async with database.connection() as connection:
        answers = await round_trip(connection, [echo] * 10)
    assert [len(rows[0][0]) for rows in answers] == [1_000_000] * 10


async def test_whoever_gives_up_leaves_a_connection_that_works(database: Database) -> None:
    async with database.connection() as connection:
        await _table(connection)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await round_trip(connection, [BEGIN, _INSERT, Statement("SELECT pg_sleep(60)"), COMMIT])
        await connection.rollback()
        assert await round_trip(connection, [_COUNT]) == [[(0,)]]


async def test_a_lost_connection_is_said(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError):
        async with database.connection() as connection:
            await round_trip(connection, [Statement("SELECT pg_terminate_backend(pg_backend_pid())"), _ONE])
    assert connection.closed
    async with database.connection() as another:
        assert await round_trip(another, [_ONE]) == [[(1,)]]


async def test_an_answer_too_many_is_a_lost_connection(database_url: str) -> None:
    """A pooler between answers each statement, and then says that it has lost the server."""
    with before_database(database_url) as (network, address):
        connection = await AsyncConnection.connect(address, autocommit=True)
        assert await round_trip(connection, [_ONE, _ONE]) == [[(1,)], [(1,)]]
        network.say_good_bye()
        with pytest.raises(psycopg.OperationalError, match=r"lost: FATAL.*server conn crashed") as lost:
            await round_trip(connection, [BEGIN, _ONE, COMMIT])
        assert connection.closed
        assert is_passing(lost.value)


async def test_a_name_tells_what_was_prepared(database_url: str) -> None:
    """Where a pooler hands out the same connection to several processes, none runs what another one meant."""
    async with await AsyncConnection.connect(database_url, autocommit=True) as connection:
        await round_trip(connection, [_ONE, Statement("SELECT %s::int", [b"2"])])
        cursor = await connection.execute("SELECT statement, name FROM pg_prepared_statements")
        names = dict(await cursor.fetchall())
    texts = ["SELECT 1", "SELECT $1::int"]
    assert names == {each: f"tercel_{sha256(each.encode()).hexdigest()[:12]}" for each in texts}


async def test_what_somebody_prepared_before_is_prepared_anew(database_url: str) -> None:
    """As behind a pooler that gives a connection away after each transaction, and knows nothing of what is prepared."""
    async with await AsyncConnection.connect(database_url, autocommit=True) as other:
        await round_trip(other, [_ONE])
        cursor = await other.execute("SELECT name FROM pg_prepared_statements")
        row = await cursor.fetchone()
        assert row is not None
    connection = await AsyncConnection.connect(database_url, autocommit=True)
    await connection.execute(SQL("PREPARE {} AS SELECT 1").format(Identifier(row[0])))
    with pytest.raises(DuplicatePreparedStatement) as refused:
        await round_trip(connection, [_ONE])
    assert connection.closed
    assert lost_to(refused.value) == "stale_statement"
    assert is_passing(refused.value)
    assert is_passing(InvalidSqlStatementName())


async def test_what_no_longer_fits_the_tables_is_prepared_anew(database: Database) -> None:
    """As when a newer version migrates the database under a server that is still at work."""
    look = Statement("SELECT number FROM changed")
    async with database.connection() as migrating:
        await migrating.execute("CREATE TABLE changed (number int)")
        try:
            async with database.connection() as connection:
                await round_trip(connection, [look])
                await migrating.execute("ALTER TABLE changed ALTER COLUMN number TYPE text")
                with pytest.raises(STALE):
                    await round_trip(connection, [look])
            assert connection.closed
            async with database.connection() as another:
                assert await round_trip(another, [look]) == [[]]
        finally:
            await migrating.execute("DROP TABLE changed")


async def test_plans_are_kept_once_tables_have_had_time_to_fill(database_url: str) -> None:
    mode = Statement("SHOW plan_cache_mode")
    connection = await AsyncConnection.connect(database_url, autocommit=True)
    async with connection:
        seen = [(await round_trip(connection, [mode]))[0][0][0] for _ in range(100)]
    assert (seen[0], seen[-1]) == ("auto", "force_generic_plan")


async def test_a_transaction_that_is_rolled_back_does_not_take_that_along(database_url: str) -> None:
    mode = Statement("SHOW plan_cache_mode")
    connection = await AsyncConnection.connect(database_url, autocommit=True)
    async with connection:
        async with connection.transaction(force_rollback=True):
            for _ in range(100):
                await round_trip(connection, [_ONE])
        assert await round_trip(connection, [mode]) == [[("force_generic_plan",)]]
