"""Connections to PostgreSQL: one pool of plain psycopg connections, one SQLAlchemy engine, opened and closed together.

The evaluation of sessions writes its own SQL and wants psycopg's pipeline mode: ``connection``. Everything else builds
statements with SQLAlchemy Core, one request one transaction: ``transaction``. Both speak UTC, Decimal and our codec.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import UniqueViolation
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from sqlalchemy import URL, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as EnginePoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool, QueuePool

from tercel.base.codec import decode_any, encode
from tercel.base.errors import ConflictError, UnavailableError
from tercel.base.limits import TRANSACTION_SECONDS_MAX
from tercel.database.cancelling import cancellations, heed_cancellation
from tercel.database.failures import BUSY, Failures, is_passing
from tercel.database.figures import ConnectionFigures
from tercel.database.options import BY_KEY, SESSION_OPTIONS, not_in_the_address, set_options
from tercel.database.transaction import Transaction
from tercel.settings import Settings

#: A network that swallows everything is noticed within seconds, where the operating system would wait for hours.
_NETWORK_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_OPEN_WAIT_S = 10.0
_POOL_WAIT_S = 5.0
_CLOSE_WAIT_S = 1.0
# Because: the pool waits twice as long after each failure; giving up early, it begins anew when it is asked again.
_RECONNECT_S = 5.0
_MANAGEMENT_CONNECTIONS = 5
_PREPARE_AFTER_USES = 2
_log = structlog.get_logger(__name__)


def connections_of_a_worker(settings: Settings) -> int:
    """Return how many connections one process may hold at once: those that evaluate, and those of all other requests."""
    return settings.database_connections + 2 * _MANAGEMENT_CONNECTIONS


class Database:
    """An open database.

    Attributes:
        options: The options that sessions of the pipeline have.
        failures: What was lately heard from the server.
    """

    def __init__(
        self,
        pool: AsyncConnectionPool[AsyncConnection[Any]],
        engine: AsyncEngine,
        options: Mapping[str, str],
    ) -> None:
        self._pool = pool
        self.options = options
        self._engine = engine
        self._check: asyncio.Task[None] | None = None
        self.failures = Failures()

    @classmethod
    async def open(cls, dsn: str, settings: Settings, *, must_answer: bool = True) -> Database:
        """Open the pools; unless told otherwise, wait until the database answers.

        Raises:
            UnavailableError: it must answer and does not.
        """
        parameters = _connection_parameters(dsn)
        by_key = not_in_the_address(dsn, SESSION_OPTIONS | BY_KEY)
        shared = not_in_the_address(dsn, SESSION_OPTIONS)
        pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            # Because: psycopg forgets everything that is prepared on a connection when it rolls back, and `round_trip`
            # prepares on its own account.
            kwargs={**parameters, "autocommit": True, "prepare_threshold": None},
            min_size=1,
            max_size=settings.database_connections,
            timeout=_POOL_WAIT_S,
            reconnect_timeout=_RECONNECT_S,
            configure=partial(_configure, options=by_key),
            open=False,
            name="tercel",
        )
        try:
            await pool.open(wait=must_answer, timeout=_OPEN_WAIT_S)
        except PoolTimeout as error:
            await pool.close()
            raise UnavailableError(f"the database does not answer: {_without_password(dsn)}") from error
        return cls(pool, _engine(parameters, shared), by_key)

    async def close(self) -> None:
        """Close every connection."""
        if self._check is not None:
            self._check.cancel()
            await asyncio.wait(
                [self._check], timeout=_CLOSE_WAIT_S
            )  # it goes on to the next connection when cancelled
        await self._engine.dispose()
        await self._pool.close()

    def connection_figures(self) -> dict[str, ConnectionFigures]:
        """Count the connections of this process, by pool."""
        stats = self._pool.get_stats()
        idle = stats["pool_available"]
        in_use = stats["pool_size"] - idle
        return {
            "pipeline": ConnectionFigures(
                in_use=in_use,
                idle=idle,
                waiting=stats["requests_waiting"],
                waits=stats.get("requests_queued", 0),
                waited_s=stats.get("requests_wait_ms", 0) / 1000,
            ),
            "management": _engine_figures(self._engine.pool),
        }

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        """Yield a plain connection in autocommit mode; use ``connection.transaction()`` for more than one statement.

        Raises:
            UnavailableError: no connection became free in time.
            psycopg.Error: what the database says of a statement.
        """
        known = cancellations()
        try:
            async with self._pool.connection() as connection:
                heed_cancellation(known)
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise UnavailableError(BUSY) from error
        except psycopg.Error as error:
            self.failures.note(error)
            if connection.closed:
                self._check_idle_connections()
            raise

    @asynccontextmanager
    async def reading(self, seconds: float = TRANSACTION_SECONDS_MAX) -> AsyncIterator[AsyncConnection[Any]]:
        """Open a plain connection for reading.

        Raises:
            UnavailableError: the database is away, busy, or took longer than ``seconds``.
        """
        try:
            async with asyncio.timeout(seconds), self.connection() as connection:
                yield connection
        except (TimeoutError, psycopg.Error) as error:
            if not is_passing(error):
                raise
            raise UnavailableError(BUSY) from error

    @asynccontextmanager
    async def transaction(self, seconds: float = TRANSACTION_SECONDS_MAX) -> AsyncIterator[Transaction]:
        """Open a transaction: committed when the block ends, rolled back when it raises or lasts longer than
        ``seconds``.

        Raises:
            UnavailableError: the database is away, or a lock, a statement or the whole took too long.
            ConflictError: another transaction wrote the same name or code a moment before.
        """
        known = cancellations()
        try:
            async with asyncio.timeout(seconds), self._engine.begin() as connection:
                heed_cancellation(known)
                transaction = Transaction(connection)
                yield transaction
                for statement in transaction.before_commit.values():
                    await transaction.execute(statement)
        except (EnginePoolTimeout, TimeoutError) as error:
            raise UnavailableError(BUSY) from error
        except (DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, UniqueViolation):
                raise ConflictError("somebody else has just taken the same name or code") from error
            if cause is None or not is_passing(cause):
                raise
            _log.warning("transaction given up", error=str(cause))
            raise UnavailableError(self.failures.note(cause)) from error

    def _check_idle_connections(self) -> None:
        """Replace what a restarted server broke now, not one request at a time.

        In a task of its own, because it waits for the server, and a connection would be lost if it were cancelled.
        """
        if self._check is None or self._check.done():
            self._check = asyncio.create_task(self._pool.check())


def _engine(parameters: dict[str, Any], options: Mapping[str, str]) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("postgresql+psycopg"),
        connect_args={**parameters, "prepare_threshold": _PREPARE_AFTER_USES},
        execution_options={"preserve_rowcount": True},
        json_serializer=encode,
        json_deserializer=decode_any,
        pool_size=_MANAGEMENT_CONNECTIONS,
        max_overflow=_MANAGEMENT_CONNECTIONS,
        pool_timeout=_POOL_WAIT_S,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(*set_options(options))
        cursor.close()
        connection.commit()

    return engine


def _engine_figures(pool: Pool) -> ConnectionFigures:
    assert isinstance(pool, QueuePool)
    return ConnectionFigures(in_use=pool.checkedout(), idle=pool.checkedin())


def _connection_parameters(dsn: str) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(conninfo_to_dict(dsn))
    parameters.setdefault("application_name", "tercel")
    return _NETWORK_OPTIONS | parameters


async def _configure(connection: AsyncConnection[Any], options: Mapping[str, str]) -> None:
    set_json_loads(decode_any, connection)
    set_json_dumps(encode, connection)
    await connection.execute(*set_options(options))


def _without_password(dsn: str) -> str:
    parts = conninfo_to_dict(dsn)
    return " ".join(f"{name}={value}" for name, value in parts.items() if name != "password")
