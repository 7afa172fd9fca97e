"""An installation that is there already: for commands that must not make one because of a mistyped directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from tercel.base.errors import TercelError, UnavailableError
from tercel.database.embedded import running_database
from tercel.database.failures import first_line
from tercel.database.migrate import MigrationError, alembic_configuration
from tercel.settings import Settings

_CONNECT_S = 10


class NoInstallationError(TercelError):
    """A command needs what ``tercel serve`` makes, and it is not there."""

    code = "noInstallation"


@contextmanager
def existing_database(settings: Settings, *, of_any_version: bool = False) -> Iterator[str]:
    """Yield the address of an installation's database, running as long as the block; nothing is made or migrated.

    Raises:
        NoInstallationError: there is no database, or it has no tables of ours.
        MigrationError: its tables are those of another version, and that matters.
        UnavailableError: it does not answer.
    """
    if not has_database(settings):
        raise NoInstallationError(f"there is no installation in `{settings.home}`: `tercel serve` makes one")
    with running_database(settings) as dsn:
        revision = find_revision(dsn)
        if revision is None:
            place = "the database of `TERCEL_DATABASE_URL`" if settings.database_url else f"`{settings.home}`"
            raise NoInstallationError(f"there is no installation in {place}: `tercel serve` makes one")
        if not of_any_version:
            check_revision(revision)
        yield dsn


def has_database(settings: Settings) -> bool:
    """Tell whether there is a database to start or to connect to; it may still lack our tables."""
    return bool(settings.database_url) or exists(settings.home / "database" / "data" / "PG_VERSION")


def find_revision(dsn: str) -> str | None:
    """Return the newest migration that was applied; None where there are no tables of ours.

    Raises:
        UnavailableError: the database does not answer, or not to us.
    """
    try:
        with psycopg.connect(dsn, connect_timeout=_CONNECT_S) as connection:
            row = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
            if row is None or row[0] is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except psycopg.Error as error:
        raise UnavailableError(f"the database does not answer: {first_line(error)}") from error


def check_revision(found: str) -> None:
    """Refuse a schema that is not the one of this version.

    Raises:
        MigrationError: an older schema, or one of a newer version; with what to do.
    """
    scripts = ScriptDirectory.from_config(alembic_configuration())
    newest = scripts.get_current_head()
    if found == newest:
        return
    try:
        scripts.get_revision(found)
    except CommandError:
        message = f"the database has the schema {found} of a newer version of tercel: use that one"
        raise MigrationError(message) from None
    raise MigrationError(
        f"the database has the schema {found} and this version needs {newest}: run `tercel migrate`"
    )


def exists(file: Path) -> bool:
    """Tell whether there is such a file. A file that may not be read counts; opening it fails with the owner's name."""
    try:
        return file.exists()
    except PermissionError:
        return True
    except OSError:  # a name that cannot be
        return False
