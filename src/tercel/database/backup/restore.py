"""Restore a backup in one transaction: afterwards the database has all of it, or is as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg.sql import SQL, Composed, Identifier, Literal
from sqlalchemy import Connection

from tercel.database.backup.archive import Backup, Manifest, reading
from tercel.database.backup.clients import Client
from tercel.database.backup.errors import BackupError
from tercel.database.migrate import alembic_configuration, alone, connect

_CHUNK = 1024 * 1024
_HEAD_LINES = 60  # comments and settings; data come much later
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
_TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relkind IN ('r', 'p')"
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tercel' AND pid <> pg_backend_pid()"""


@contextmanager
def open_backup(source: Path) -> Iterator[Backup]:
    """Yield a backup that this version can restore.

    Raises:
        BackupError: damaged, no backup, or made by a newer version.
    """
    with reading(source) as backup:
        manifest = backup.manifest
        try:
            ScriptDirectory.from_config(alembic_configuration()).get_revision(manifest.revision)
        except CommandError as error:
            raise BackupError(
                f"`{source}` has the schema {manifest.revision} of tercel {manifest.tercel}, which this version does not"
                " know: restore it with that version or a newer one"
            ) from error
        yield backup


def restore(dsn: str, backup: Backup, *, replace: bool, progress: Callable[[int], None]) -> None:
    """Put a backup into the database; ``progress`` is called with the bytes of each piece.

    The lock on migrations is held meanwhile. The caller migrates afterwards: the schema is that of the backup.

    Raises:
        BackupError: the database is not empty and ``replace`` is not given, or in use, or the backup cannot be read.
    """
    with connect(dsn) as holding, alone(holding):
        driver = _driver(holding)
        _check(driver, backup.manifest, replace=replace)
        driver.commit()
        client = Client.find("psql", max(backup.manifest.client, driver.info.server_version // 10_000))
        arguments = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        with client.running(dsn, *arguments, stdin=subprocess.PIPE) as process:
            assert process.stdin is not None, "it was asked for"
            _send(backup, process.stdin, driver, progress)


def analyze(dsn: str) -> None:
    """Let the server learn what the tables hold, so that it plans well from the first request."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("ANALYZE")


def _driver(connection: Connection) -> psycopg.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _check(connection: psycopg.Connection, manifest: Manifest, *, replace: bool) -> None:
    row = connection.execute("SELECT current_schema()").fetchone()
    schema = row[0] if row else None
    if schema != manifest.schema:
        raise BackupError(
            f"the backup is of the schema `{manifest.schema}` and this database uses `{schema}`: choose a database,"
            " user or `search_path` that uses the same"
        )
    if _number(connection, _TABLES, [manifest.schema]) and not replace:
        raise BackupError(
            "the database is not empty: add `--replace` to lose what it holds, or choose another one"
        )
    if _number(connection, _OTHERS, []):
        raise BackupError("the database is in use by tercel: stop every `tercel serve` first")


def _number(connection: psycopg.Connection, query: str, parameters: list[str]) -> int:
    row = connection.execute(query.encode(), parameters).fetchone()
    assert row is not None, "a count has one row"
    return int(row[0])


def _send(
    backup: Backup, target: IO[bytes], connection: psycopg.Connection, progress: Callable[[int], None]
) -> None:
    """Send everything between BEGIN and COMMIT: if the last line is not sent, for whatever reason, nothing happened."""

    def statement(text: Composed) -> None:
        target.write(text.as_bytes(connection) + b";\n")

    statement(SQL("BEGIN").format())
    statement(SQL("SET LOCAL client_min_messages = warning").format())
    statement(SQL("SET LOCAL lock_timeout = '5s'").format())
    statement(SQL("DROP SCHEMA {} CASCADE").format(Identifier(backup.manifest.schema)))  # the backup makes it
    for _ in range(_HEAD_LINES):
        line = backup.sql.readline()
        target.write(b"" if line == _UNKNOWN_BEFORE_17 else line)
        progress(len(line))
    while chunk := backup.sql.read(_CHUNK):
        target.write(chunk)
        progress(len(chunk))
    for name, rows in backup.manifest.rows.items():
        statement(_expect_rows(Identifier(backup.manifest.schema, name), name, rows))
    statement(SQL("COMMIT").format())


def _expect_rows(table: Identifier, name: str, rows: int) -> Composed:
    body = SQL(
        "BEGIN IF (SELECT count(*) FROM {table}) <> {rows} THEN RAISE EXCEPTION {problem}; END IF; END"
    ).format(table=table, rows=Literal(rows), problem=Literal(f"{name} should have {rows} rows"))
    return SQL("DO {}").format(Literal(body.as_string()))
