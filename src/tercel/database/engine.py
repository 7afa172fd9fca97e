"""Connections to PostgreSQL: one pool of plain psycopg connections, one SQLAlchemy engine, opened and closed together.

The evaluation of sessions writes its own SQL and wants psycopg's pipeline mode: ``connection``. Everything else builds
statements with SQLAlchemy Core, one request one transaction: ``transaction``. Both speak UTC, Decimal and our codec.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import UniqueViolation
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tercel.base.codec import decode_any, encode
from tercel.base.errors import ConflictError, UnavailableError
from tercel.database.transaction import Transaction
from tercel.settings import Settings

#: What every session of the server gets: nobody waits for a lock or runs a statement without end.
SESSION_OPTIONS = {
    "timezone": "UTC",
    "lock_timeout": "5s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}
_CONNECT_TIMEOUT_S = 10
_POOL_WAIT_S = 10.0
_MANAGEMENT_CONNECTIONS = 5
_PREPARE_AFTER_USES = 2
_BUSY = "the database is busy or not reachable: try again"
_log = structlog.get_logger(__name__)


def connections_of_a_worker(settings: Settings) -> int:
    """How many connections one process may hold at once: those that evaluate, and those of all other requests."""
    return settings.database_connections + 2 * _MANAGEMENT_CONNECTIONS


class Database:
    """An open database."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], engine: AsyncEngine) -> None:
        self._pool = pool
        self._engine = engine

    @classmethod
    async def open(cls, dsn: str, settings: Settings) -> Database:
        """Open the pools and wait until the database answers.

        Raises:
            UnavailableError: it does not answer.
        """
        parameters = _connection_parameters(dsn)
        pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            kwargs={**parameters, "autocommit": True, "prepare_threshold": _PREPARE_AFTER_USES},
            min_size=1,
            max_size=settings.database_connections,
            timeout=_POOL_WAIT_S,
            configure=_configure,
            open=False,
            name="tercel",
        )
        try:
            await pool.open(wait=True, timeout=_POOL_WAIT_S)
        except PoolTimeout as error:
            await pool.close()
            raise UnavailableError(f"the database does not answer: {_without_password(dsn)}") from error
        return cls(pool, _engine(parameters))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        """A plain connection in autocommit mode; use ``connection.transaction()`` for more than one statement.

        Raises:
            UnavailableError: no connection became free in time.
        """
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise UnavailableError(_BUSY) from error
        except psycopg.OperationalError:
            if connection.closed:
                # Because: a restarted server breaks all idle connections; replace them now, not one request at a time.
                await self._pool.check()
            raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            UnavailableError: the database is away, or a lock or a statement took too long.
            ConflictError: somebody else wrote the same name or code a moment before.
        """
        try:
            async with self._engine.begin() as connection:
                yield Transaction(connection)
        except DBAPIError as error:
            if isinstance(error.orig, UniqueViolation):
                raise ConflictError("somebody else has just taken the same name or code") from error
            if _is_transient(error.orig):
                _log.warning("transaction given up", error=str(error.orig))
                raise UnavailableError(_BUSY) from error
            raise


def _engine(parameters: dict[str, Any]) -> AsyncEngine:
    return create_async_engine(
        URL.create("postgresql+psycopg"),
        connect_args={**parameters, "prepare_threshold": _PREPARE_AFTER_USES},
        execution_options={"preserve_rowcount": True},
        json_serializer=encode,
        json_deserializer=decode_any,
        pool_size=_MANAGEMENT_CONNECTIONS,
        max_overflow=_MANAGEMENT_CONNECTIONS,
        pool_timeout=_POOL_WAIT_S,
        pool_pre_ping=True,
    )


def _connection_parameters(dsn: str) -> dict[str, Any]:
    """The parts of the address, with our session options before any that the address has: the address wins."""
    parameters: dict[str, Any] = dict(conninfo_to_dict(dsn))
    ours = " ".join(f"-c {name}={value}" for name, value in SESSION_OPTIONS.items())
    parameters["options"] = f"{ours} {parameters.get('options') or ''}".strip()
    parameters.setdefault("application_name", "tercel")
    parameters.setdefault("connect_timeout", _CONNECT_TIMEOUT_S)
    return parameters


async def _configure(connection: AsyncConnection[Any]) -> None:
    set_json_loads(decode_any, connection)
    set_json_dumps(encode, connection)


def _without_password(dsn: str) -> str:
    parts = conninfo_to_dict(dsn)
    return " ".join(f"{name}={value}" for name, value in parts.items() if name != "password")


def _is_transient(error: object) -> bool:
    """Whether doing the same again may succeed: connection lost, waited too long, lost a deadlock."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
