"""Which failures pass by themselves, and what is told of them."""

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import text

from tercel.base.errors import ConflictError, UnavailableError
from tercel.database.engine import Database
from tercel.database.failures import BUSY, NO_ROOM, Failures, is_passing

_PASSING = [
    errors.AdminShutdown,
    errors.CannotConnectNow,
    errors.ConnectionTimeout,
    errors.DiskFull,
    errors.IoError,
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.ReadOnlySqlTransaction,
    errors.TooManyConnections,
    psycopg.InterfaceError,
    TimeoutError,
]
_LASTING = [
    errors.CheckViolation,
    errors.SyntaxError,
    errors.UndefinedTable,
    errors.NumericValueOutOfRange,
    KeyError,
]


@pytest.mark.parametrize("kind", _PASSING)
def test_what_passes(kind: type[Exception]) -> None:
    assert is_passing(kind())


@pytest.mark.parametrize("kind", _LASTING)
def test_what_does_not(kind: type[Exception]) -> None:
    assert not is_passing(kind())


def test_a_full_disk_is_remembered_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = Failures()
    assert failures.note(errors.AdminShutdown()) == BUSY
    assert not failures.is_disk_full()
    assert failures.note(errors.DiskFull()) == NO_ROOM
    assert failures.is_disk_full()
    monkeypatch.setattr("tercel.database.failures.DISK_FULL_REMEMBERED_S", 0.0)
    failures.note(errors.DiskFull())
    assert not failures.is_disk_full()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("admin_shutdown", UnavailableError),
        ("unique_violation", ConflictError),
        ("syntax_error", psycopg.Error),
    ],
)
async def test_statements_of_our_own_fail_like_all_others(
    database: Database, raised: str, told: type[Exception]
) -> None:
    async def run() -> None:
        async with database.transaction() as tx:
            connection = await tx.driver_connection()
            await connection.execute(f"DO $$ BEGIN RAISE {raised}; END $$".encode())

    with pytest.raises(told):
        await run()
    async with database.transaction() as tx:
        assert await tx.scalar(text("SELECT 1")) == 1


@pytest.mark.anyio
async def test_whoever_only_reads_is_told_to_come_later(database: Database) -> None:
    async def read() -> None:
        async with database.reading(0.2) as connection:
            await connection.execute("SELECT pg_sleep(30)")

    with pytest.raises(UnavailableError, match="try again"):
        await read()
