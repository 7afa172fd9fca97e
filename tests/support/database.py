"""Real databases for tests: one embedded server per run, one migrated template, one copy of it per test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from tercel.database.embedded import start
from tercel.database.engine import Database
from tercel.database.migrate import migrate
from tercel.database.transaction import Transaction
from tercel.settings import Settings, load

NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "autovacuum": "off",
}
_numbers = itertools.count(1)


@contextmanager
def _copy(template: str) -> Iterator[str]:
    """A copy of the template database, dropped afterwards even when somebody is still connected."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(template.replace("/tercel?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE tercel STRATEGY file_copy")
        yield template.replace("/tercel?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """A directory that every account of the machine can reach, unlike pytest's own ``tmp_path``."""
    directory = Path(tempfile.mkdtemp(prefix="tercel-tests-", dir=_fast_directory()))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def _fast_directory() -> Path | None:
    """Shared memory when there is plenty: a copy of a database then takes 15 ms instead of 300."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    return memory if roomy and os.access(memory, os.W_OK | os.X_OK) else None


@pytest.fixture(scope="session")
def server_url(open_directory: Path) -> Iterator[str]:
    """The server of this run (of this worker, under pytest-xdist)."""
    running = start(load({"TERCEL_HOME": str(open_directory / "home")}), NOT_DURABLE)
    yield running.dsn
    running.stop()


@pytest.fixture(scope="session")
def template_url(server_url: str) -> str:
    """The database that the others are copied from: migrated, empty."""
    migrate(server_url)
    return server_url


@pytest.fixture
def database_url(template_url: str) -> Iterator[str]:
    """A fresh, migrated database for one test."""
    with _copy(template_url) as url:
        yield url


@pytest.fixture(scope="session")
def session_database_url(template_url: str) -> Iterator[str]:
    """A fresh, migrated database for the whole test run."""
    with _copy(template_url) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(template_url: str) -> Iterator[str]:
    """A fresh, migrated database for the tests of one module."""
    with _copy(template_url) as url:
        yield url


@pytest.fixture(scope="session")
def settings(open_directory: Path) -> Settings:
    """Settings that touch nothing outside the test run."""
    chosen = {
        "TERCEL_HOME": str(open_directory / "home"),
        "TERCEL_TRUST_CLOCK_HEADER": "true",
        "TERCEL_STRANGER_RATE_LIMIT": "0",  # tests try thousands of keys that are not valid, from one address
    }
    return load(chosen)


@pytest.fixture
async def database(database_url: str, settings: Settings) -> AsyncIterator[Database]:
    """An open ``Database`` over a fresh database."""
    opened = await Database.open(database_url, settings)
    yield opened
    await opened.close()


async def read_rows_as_stored(tx: Transaction) -> None:
    """Let the rest of a transaction read tables without their indexes, whose order would hide that nobody asked for one."""
    for way, is_on in (
        ("seqscan", "on"),
        ("indexscan", "off"),
        ("indexonlyscan", "off"),
        ("bitmapscan", "off"),
    ):
        await tx.execute(text(f"SET LOCAL enable_{way} = {is_on}"))
