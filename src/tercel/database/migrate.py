"""Bring a database's schema to the state of this version of Tercel.

Safe to call from several processes at once: an advisory lock lets one work and the others wait until it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg.errors
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tercel.base.errors import TercelError, UnavailableError
from tercel.database.failures import first_line

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK_KEY = 7_283_601  # any number, always this one
_LOCK_TIMEOUT = "5s"
_POSTGRESQL_MIN = 15


class MigrationError(TercelError):
    """The schema cannot be brought up to date; the message says what to do."""

    code = "migration"


def migrate(dsn: str) -> list[str]:
    """Apply what is missing and return the revisions that were applied, oldest first.

    Raises:
        MigrationError: the server is too old, or a newer Tercel has been here.
        UnavailableError: the server does not answer, or a table stayed locked; nothing of that migration was kept.
    """
    applied: list[str] = []

    def note(*, step: Any, **_: object) -> None:
        applied.append(step.up_revision_id)

    try:
        with connect(dsn) as connection, alone(connection):
            configuration = alembic_configuration()
            configuration.attributes.update(connection=connection, on_version_apply=note)
            command.upgrade(configuration, "head")
    except CommandError as error:
        raise MigrationError(f"{error}: a newer version of tercel was here, use that one") from error
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise UnavailableError(
                f"a table is in use; after {_LOCK_TIMEOUT} the migration was given up"
            ) from error
        raise UnavailableError(f"the database does not answer: {first_line(error.orig or error)}") from error
    return applied


@contextmanager
def connect(dsn: str) -> Iterator[Connection]:
    """Yield a SQLAlchemy connection for changing the schema."""
    engine = create_engine(
        URL.create("postgresql+psycopg"), connect_args=dict(conninfo_to_dict(dsn)), poolclass=NullPool
    )
    with engine.connect() as connection:
        yield connection


def alembic_configuration() -> Config:
    """Alembic's configuration, wherever the package is installed."""
    configuration = Config()
    configuration.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return configuration


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Be the only one who changes the schema of this database, for the length of the block."""
    version = int(connection.scalar(text("SHOW server_version_num"))) // 10_000
    if version < _POSTGRESQL_MIN:
        raise MigrationError(f"PostgreSQL {version} is too old: use {_POSTGRESQL_MIN} or newer")
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
    # The lock belongs to the connection and outlives this commit.
    connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
        connection.commit()
