"""Transactions and plain connections of an open database."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import delete, func, insert, literal, select, text, update

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.database.tables.accounts import accounts, users
from tercel.settings import Settings

pytestmark = pytest.mark.anyio


async def test_a_transaction_commits_when_its_block_ends(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.execute(insert(accounts).values(name="a")) == 1
    async with database.transaction() as tx:
        assert await tx.scalars(select(accounts.c.name)) == ["a"]


async def test_a_transaction_is_undone_when_its_block_raises(database: Database) -> None:
    async def fail_halfway() -> None:
        async with database.transaction() as tx:
            await tx.execute(insert(accounts).values(name="a"))
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail_halfway()
    async with database.transaction() as tx:
        assert await tx.one_or_none(select(accounts)) is None


async def test_what_comes_before_the_commit_is_run_once(database: Database) -> None:
    async with database.transaction() as tx:
        for name in ("a", "b"):
            tx.before_commit["account"] = insert(accounts).values(name=name)
        assert await tx.scalars(select(accounts.c.name)) == []
    async with database.transaction() as tx:
        assert await tx.scalars(select(accounts.c.name)) == ["b"]


async def test_many_parameters_touch_many_rows(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(insert(accounts), [{"name": "a"}, {"name": "b"}])
        assert await tx.execute(update(accounts).values(revision=3)) == 2
        assert [row.revision for row in await tx.all(select(accounts))] == [3, 3]
        assert (await tx.one(select(func.count()).select_from(accounts)))[0] == 2


async def test_numbers_and_times_keep_their_kinds(database: Database) -> None:
    row = "SELECT 0.10::numeric, '{\"a\": 1.10, \"b\": 1}'::jsonb, '2026-01-05T12:00:00+02'::timestamptz"
    at = datetime(2026, 1, 5, 10, tzinfo=UTC)
    async with database.connection() as connection:
        number, document, when = await (await connection.execute(row)).fetchone() or ()
    async with database.transaction() as tx:
        assert tuple(await tx.one(text(row))) == (number, document, when)
    assert (str(number), document, when) == ("0.10", {"a": Decimal("1.10"), "b": 1}, at)
    assert isinstance(document["a"], Decimal)
    assert when.utcoffset() == at.utcoffset()


async def test_documents_are_written_with_the_codec(database: Database) -> None:
    value = {"price": Decimal("0.1000000000000000000001")}
    async with database.connection() as connection:
        cursor = await connection.execute("SELECT %s::jsonb ->> 'price'", [psycopg.types.json.Jsonb(value)])
        assert await cursor.fetchone() == ("0.1000000000000000000001",)


async def test_a_transaction_gives_its_driver_connection(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(insert(accounts).values(name="a"))
        connection = await tx.driver_connection()
        cursor = await connection.execute("SELECT name FROM accounts")
        assert await cursor.fetchall() == [("a",)]


async def test_waiting_for_a_lock_ends_as_unavailable(database: Database) -> None:
    async def read_briefly() -> None:
        async with database.transaction() as tx:
            await tx.execute(text("SET LOCAL lock_timeout = '10ms'"))
            await tx.execute(select(literal(1)).select_from(accounts))

    async with database.connection() as connection, connection.transaction():
        await connection.execute("LOCK TABLE accounts")
        with pytest.raises(UnavailableError, match="try again"):
            await read_briefly()


async def test_broken_connections_are_replaced(database: Database) -> None:
    async with database.connection() as connection:
        cursor = await connection.execute("SELECT pg_backend_pid()")
        (pid,) = await cursor.fetchone() or (0,)
    async with database.transaction() as tx:
        await tx.scalar(select(func.pg_terminate_backend(pid)))
    with pytest.raises(psycopg.OperationalError):
        async with database.connection() as connection:
            await connection.execute("SELECT 1")
    async with database.connection() as connection:
        assert await (await connection.execute("SELECT 1")).fetchone() == (1,)


async def test_sessions_of_the_server_have_our_limits(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.scalar(text("SHOW timezone")) == "UTC"
        assert await tx.scalar(text("SHOW lock_timeout")) == "5s"


async def test_an_address_without_a_server_is_unavailable(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tercel.database.engine._OPEN_WAIT_S", 0.2)
    with pytest.raises(UnavailableError, match=r"host=127\.0\.0\.1") as caught:
        await Database.open("postgresql://u:secret@127.0.0.1:9/x", settings)
    assert "secret" not in caught.value.message


async def test_a_transaction_tells_what_it_wrote_to(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.one_or_none(select(accounts))
        assert tx.written == set()
        await tx.execute(insert(accounts).values(name="a"))
        assert tx.written == {"accounts"}
        await tx.execute(update(accounts).values(name="b"))
        await tx.execute(delete(users))
        assert tx.written == {"accounts", "users"}
