"""How a command that failed says so: in one line, with what to do, whatever happened."""

from __future__ import annotations

import os
import tempfile
import traceback

import psycopg.errors
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from tercel.base.errors import TercelError
from tercel.cli.common.program import as_called
from tercel.database.failures import first_line

#: What a database says for reasons that its operator knows: it is away, or lets us do less than we need.
_OF_THE_DATABASE = (
    psycopg.OperationalError,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.ReadOnlySqlTransaction,
)


def tell(error: Exception) -> None:
    """Print what went wrong on standard error."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(error, TercelError):
        _print(as_called(error.message))
        for problem in error.problems:
            where = problem.pointer or problem.parameter or problem.resource or ""
            _line(f"  {where} {problem.title}: {problem.details}".rstrip())
    elif isinstance(cause, _OF_THE_DATABASE):
        _print(f"the database refused: {first_line(cause)}")
    elif isinstance(error, OSError) and error.strerror:
        _print(f"`{error.filename}`: {error.strerror}" if error.filename else error.strerror)
    else:
        _print(f"unexpected {_named(error)}: this is a defect of tercel; `{_details(error)}` has the details")


def _details(error: Exception) -> str:
    """Write everything that is known of a failure to a new private file; return its name."""
    number, name = tempfile.mkstemp(prefix="tercel-failure-", suffix=".txt")
    with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
        traceback.print_exception(error, file=file)
    return name


def _named(error: BaseException) -> str:
    said = first_line(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _print(message: str) -> None:
    _console().print("[red]error:[/red]", end=" ")
    _line(message)


def _line(text: str) -> None:
    _console().print(text, markup=False)


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)
