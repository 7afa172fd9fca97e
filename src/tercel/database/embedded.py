"""The embedded PostgreSQL: a server under ``TERCEL_HOME``, used unless ``TERCEL_DATABASE_URL`` is set.

Processes of one home share one server: the first starts it, others join, the last one to leave stops it. A killed
process leaves the server running and the next one joins it. Each process that uses the server watches it and starts
it again when it died; its address never changes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import structlog
from psycopg_pool import ConnectionPool, PoolTimeout

from tercel.base.errors import TercelError
from tercel.database.engine import connections_of_a_worker
from tercel.database.server.account import Account, choose_account
from tercel.database.server.cluster import SUPERUSER, Cluster
from tercel.database.server.errors import EmbeddedDatabaseError
from tercel.database.server.lease import Lease
from tercel.database.server.programs import find_programs
from tercel.database.server.tuning import max_connections
from tercel.settings import Settings

DATABASE_NAME = "tercel"
_WATCH_SECONDS = 1.0
_ANSWER_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class RunningDatabase(Protocol):
    """A database that can be connected to until it is stopped."""

    dsn: str

    def stop(self) -> None:
        """Stop using it."""


@contextmanager
def running_database(settings: Settings) -> Iterator[str]:
    """Yield the address of the database, which runs at least as long as the block."""
    running = start(settings)
    try:
        yield running.dsn
    finally:
        running.stop()


def start(settings: Settings, overrides: Mapping[str, str] | None = None) -> RunningDatabase:
    """Start or join the database that the settings name.

    ``overrides`` are options of the embedded server, for tests.

    Raises:
        EmbeddedDatabaseError: it cannot run here; the message says what to do.
    """
    if settings.database_url:
        return _External(settings.database_url)
    running = _Embedded(settings, overrides or {})
    running.make_available()
    running.watch()
    return running


def join(settings: Settings) -> RunningDatabase:
    """Join the database that another process of this home has started before.

    It may be down at this moment: a process that joined starts it again, and tries until that succeeds.
    """
    if settings.database_url:
        return _External(settings.database_url)
    running = _Embedded(settings, {})
    running.watch()
    return running


class _External:
    """A server that is run elsewhere: nothing to start, nothing to stop."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn

    def stop(self) -> None:
        pass


class _Embedded:
    """This process's use of the server of one home."""

    def __init__(self, settings: Settings, overrides: Mapping[str, str]) -> None:
        directory, account = _prepare(settings.home)
        self._connections = max_connections(settings.workers, connections_of_a_worker(settings))
        self._overrides = overrides
        self._lease = Lease(directory)
        self._leaving = threading.Event()
        with self._lease.exclusively():
            programs = find_programs(account, directory / "programs")
            self._cluster = Cluster(directory, programs, account)
            self._lease.join()
        self.dsn = self._address(DATABASE_NAME)
        self._watcher = threading.Thread(target=self._watch, name="database-watcher", daemon=True)

    def make_available(self) -> None:
        """Create and start what is missing; leave when that fails."""
        try:
            with self._lease.exclusively():
                self._cluster.create_if_missing()
                self._start_if_down()
                self._create_database_if_missing()
        except BaseException:
            self.stop()
            raise

    def watch(self) -> None:
        """Watch the server from now on, and start it again whenever it died."""
        self._watcher.start()

    def stop(self) -> None:
        """Leave; the last one stops the server."""
        if self._leaving.is_set():
            return
        self._leaving.set()
        if self._watcher.is_alive():
            self._watcher.join()
        with self._lease.exclusively():
            self._leave()

    def _leave(self) -> None:
        if self._lease.leave():
            self._cluster.stop()

    def _watch(self) -> None:
        while not self._leaving.wait(_WATCH_SECONDS):
            if self._cluster.is_running():
                continue
            try:
                with self._lease.exclusively():
                    if not self._leaving.is_set():
                        self._start_if_down()
            except (TercelError, OSError) as error:  # such as a full disk: the next second tries again
                _log.error("database could not be started again", error=str(error))

    def _start_if_down(self) -> None:
        if not self._cluster.is_running():
            self._cluster.start(self._connections, self._overrides)

    def _address(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self._cluster.sockets), safe='')}"

    def _create_database_if_missing(self) -> None:
        # Because: a server that was running already may be recovering from a crash; the pool tries until it answers.
        address, options = self._address("postgres"), {"autocommit": True}
        with ConnectionPool(address, kwargs=options, min_size=1, timeout=_ANSWER_SECONDS, open=True) as pool:
            try:
                with pool.connection() as connection:
                    query = "SELECT 1 FROM pg_database WHERE datname = %s"
                    if connection.execute(query, [DATABASE_NAME]).fetchone() is None:
                        connection.execute(f"CREATE DATABASE {DATABASE_NAME}")
            except PoolTimeout as error:
                raise EmbeddedDatabaseError(
                    f"the database does not answer: see the newest file in `{self._cluster.logs}`"
                ) from error


def _prepare(home: Path) -> tuple[Path, Account]:
    """Make the directory of the database under ``home``; return it with the account that runs the server."""
    directory = home / "database"
    account = choose_account(directory / "data")
    try:
        _make_open_directories(directory)
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"`{directory}` cannot be created: {error.strerror}: choose another `TERCEL_HOME`"
        ) from error
    if not account.can_reach(directory):
        raise EmbeddedDatabaseError(
            f"the user `{account.name}`, who runs PostgreSQL, cannot reach `{directory}`: choose a `TERCEL_HOME` outside"
            " private directories, such as `/var/lib/tercel`, or set `TERCEL_DATABASE_URL`"
        )
    return directory, account


def _make_open_directories(path: Path) -> None:
    """Create what is missing so that others can pass through, whatever the umask; what exists stays as it is."""
    if path.exists():
        return
    _make_open_directories(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
