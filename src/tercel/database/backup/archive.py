"""The file of a backup: written under a temporary name, read with a check of every byte."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from tercel.base.codec import encode
from tercel.database.backup.errors import BackupError

FORMAT = 1
_SQL = "database.sql"
_MANIFEST = "manifest.json"
_COMPRESSION_LEVEL = 4  # three quarters of the time of the default, for files a few per cent larger


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of."""

    format: int
    tercel: str  # the version that made it
    revision: str  # the newest migration of the schema
    schema: str  # the PostgreSQL schema that the tables are in
    postgresql: int  # the server's major version
    client: int  # the major version of pg_dump, which psql must at least have
    created: datetime
    rows: dict[str, int]  # of each table


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """An open backup."""

    manifest: Manifest
    sql: IO[bytes]
    size: int  # of the SQL, in bytes


class Writer:
    """Where a backup goes: first the SQL, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def sql(self) -> Iterator[IO[bytes]]:
        """Yield the file in the archive that the SQL is written to."""
        with self._archive.open(_SQL, "w", force_zip64=True) as member:
            yield member

    def finish(self, manifest: Manifest) -> None:
        """Say what it is."""
        self._archive.writestr(_MANIFEST, encode(manifest))


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """Yield a new backup, which appears under its name when the block has ended well and the disk has all of it.

    Raises:
        BackupError: the file exists, or it cannot be written; nothing is left behind.
    """
    if target.exists():
        raise BackupError(f"`{target}` exists already: choose another name")
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            with zipfile.ZipFile(
                file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL
            ) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        _sync_directory(target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def reading(source: Path) -> Iterator[Backup]:
    """Yield an open backup. Reading its SQL to the end verifies that every byte is as it was written.

    Raises:
        BackupError: no such file, no backup, a damaged one, or one of a newer format.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive, source)
            with archive.open(_SQL) as sql:
                yield Backup(manifest=manifest, sql=sql, size=archive.getinfo(_SQL).file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BackupError(
            f"`{source}` is damaged or incomplete ({error}): nothing was restored; use another backup"
        ) from error
    except KeyError as error:
        raise BackupError(f"`{source}` is no backup of tercel: {error.args[0]}") from error
    except OSError as error:
        raise BackupError(f"`{source}` cannot be read: {error.strerror}") from error


def _manifest(archive: zipfile.ZipFile, source: Path) -> Manifest:
    text = archive.read(_MANIFEST)
    try:
        form = msgspec.json.decode(text, type=dict[str, object]).get("format")
        if isinstance(form, int) and form > FORMAT:
            raise BackupError(f"`{source}` was made by a newer version of tercel: restore it with that one")
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"`{source}` is no backup of tercel: {error}") from error


def _cannot_write(target: Path, error: OSError) -> BackupError:
    reason = error.strerror or str(error)
    return BackupError(f"`{target}` cannot be written: {reason}: nothing was left behind")


def _sync_directory(directory: Path) -> None:
    """Write a directory to the disk: until then a new name in it may be lost."""
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
