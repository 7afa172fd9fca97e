"""Waiting for a database that takes writes: while a cluster chooses its primary, or a server starts, there is none yet."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import psycopg
from psycopg.errors import ProgrammingError

from tercel.base.errors import TercelError

_AGAIN_AFTER_S = 1.0
_CONNECT_S = 5
#: What waiting does not mend: the server is there, and does not let us in.
_REFUSED = re.compile(
    r"FATAL:\s+(?:password authentication failed|no pg_hba\.conf entry|.* authentication failed"
    r"|(?:role|database) \".*\" does not exist|permission denied)|no password supplied|fe_sendauth|Servname not supported|invalid integer value|invalid port"
)
_READ_ONLY = "the server takes no writes, it is a standby or read-only"


class NoDatabaseError(TercelError):
    """The address leads to no database that could be used, however long one waits; the message says why."""

    code = "database"


def wait_for_primary(
    dsn: str, tell: Callable[[str], None], *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Return when the database takes writes; ``tell`` hears why not, each time the reason changes.

    Raises:
        NoDatabaseError: the address is wrong, or its user, password or database.
    """
    told = ""
    while (problem := _problem(dsn)) is not None:
        if problem != told:
            tell(f"The database is not ready, waiting for it: {problem}")
            told = problem
        sleep(_AGAIN_AFTER_S)


def _problem(dsn: str) -> str | None:
    """Explain why the database cannot be written to now; return None when it can."""
    try:
        with psycopg.connect(dsn, connect_timeout=_CONNECT_S, autocommit=True) as connection:
            row = connection.execute("SELECT current_setting('transaction_read_only')").fetchone()
    except ProgrammingError as error:
        raise NoDatabaseError(f"the address of the database is wrong: {_line(error)}") from error
    except psycopg.OperationalError as error:
        if _REFUSED.search(str(error)):
            raise NoDatabaseError(f"the database cannot be used: {_line(error)}") from error
        return _line(error)
    return _READ_ONLY if row == ("on",) else None


def _line(error: psycopg.Error) -> str:
    """Return the message of an error in one line."""
    return " ".join(str(error).split())
