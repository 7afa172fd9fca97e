"""Make a backup, beside a working server: everything is read from one view of the database."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg.sql import SQL, Identifier

from tercel.database.backup.archive import FORMAT, Manifest, Writer, writing
from tercel.database.backup.clients import Client
from tercel.database.backup.errors import BackupError

_CHUNK = 1024 * 1024
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    ORDER BY relname"""


def back_up(
    dsn: str, target: Path, *, version: str, now: datetime, progress: Callable[[int], None]
) -> Manifest:
    """Write a backup of the database; ``progress`` is told the bytes of each piece.

    Raises:
        BackupError: it cannot be made; no file is left.
    """
    try:
        with psycopg.connect(dsn) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            with writing(target) as writer:
                return _write(connection, writer, dsn, version=version, now=now, progress=progress)
    except psycopg.OperationalError as error:
        raise BackupError(f"the database does not answer: {error}") from error


def _write(
    connection: psycopg.Connection,
    writer: Writer,
    dsn: str,
    *,
    version: str,
    now: datetime,
    progress: Callable[[int], None],
) -> Manifest:
    schema, snapshot = _row(connection, SQL("SELECT current_schema(), pg_export_snapshot()"))
    server = connection.info.server_version // 10_000
    client = Client.find("pg_dump", server)
    arguments = [f"--snapshot={snapshot}", f"--schema={Identifier(str(schema)).as_string(connection)}"]
    arguments += ["--no-owner", "--no-privileges", "--no-comments", "--encoding=UTF8"]
    revision = _revision(connection)
    with (
        client.running(dsn, *arguments, stdout=subprocess.PIPE) as process,
        writer.sql() as sql,
    ):
        assert process.stdout is not None, "it was asked for"
        _copy(process.stdout, sql, progress)
    manifest = Manifest(
        format=FORMAT,
        tercel=version,
        revision=revision,
        schema=str(schema),
        postgresql=server,
        client=client.version,
        created=now,
        rows=_count(connection),
    )
    writer.finish(manifest)
    return manifest


def _copy(source: IO[bytes], target: IO[bytes], progress: Callable[[int], None]) -> None:
    while chunk := source.read(_CHUNK):
        target.write(chunk)
        progress(len(chunk))


def _revision(connection: psycopg.Connection) -> str:
    row = _row(connection, SQL("SELECT to_regclass('alembic_version')"))
    if row[0] is None:
        raise BackupError("the database has no tables of tercel: there is nothing to back up")
    return str(_row(connection, SQL("SELECT version_num FROM alembic_version"))[0])


def _count(connection: psycopg.Connection) -> dict[str, int]:
    """Count the rows of each table; a partitioned table counts as a whole."""
    names = [str(name) for (name,) in connection.execute(_TABLES).fetchall()]
    counting = SQL("SELECT count(*) FROM {}")
    return {name: _number(_row(connection, counting.format(Identifier(name)))) for name in names}


def _row(connection: psycopg.Connection, query: SQL | psycopg.sql.Composed) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None, "these queries have one row"
    return tuple(row)


def _number(row: tuple[object, ...]) -> int:
    assert isinstance(row[0], int)
    return row[0]
